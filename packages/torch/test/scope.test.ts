import * as torch from "@fabric/torch";
import { beforeEach, describe, expect, it } from "vitest";

const live = (): number => torch.memory().cpu.tensors;

// What an earlier test left is taken first, so that it cannot be collected in the middle of a count.
beforeEach(() => globalThis.gc?.());

describe("torch.scope", () => {
  it("frees what is made inside and keeps what is returned, however nested", () => {
    const before = live();
    let inner: torch.Tensor | undefined;
    const result = torch.scope(() => {
      inner = torch.ones([3]);
      const kept = inner.add(1);
      return {
        kept,
        list: [inner.add(2)],
        map: new Map([["m", inner.add(3)]]),
        set: new Set([inner.add(4)]),
        n: 1,
      };
    });
    expect(() => inner?.shape).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_DISPOSED" }),
    );
    expect(result.kept.toArray()).toEqual([2, 2, 2]);
    expect(result.list[0]?.toArray()).toEqual([3, 3, 3]);
    expect(result.map.get("m")?.toArray()).toEqual([4, 4, 4]);
    expect([...result.set][0]?.toArray()).toEqual([5, 5, 5]);
    for (const t of [result.kept, ...result.list, ...result.map.values(), ...result.set])
      t.dispose();
    expect(live()).toBeLessThanOrEqual(before);
  });

  it("hands a result of an inner scope to the outer one", () => {
    const before = live();
    torch.scope(() => {
      const a = torch.scope(() => torch.ones([2]).mul(3));
      expect(a.toArray()).toEqual([3, 3]);
    });
    expect(live()).toBeLessThanOrEqual(before);
  });

  it("keeps a tensor that is passed to keep, in every scope", () => {
    let kept: torch.Tensor | undefined;
    torch.scope(() => {
      torch.scope(() => {
        kept = torch.keep(torch.ones([2]));
      });
    });
    expect(kept?.toArray()).toEqual([1, 1]);
    kept?.dispose();
  });

  it("frees on a throw and passes the error on", () => {
    const before = live();
    expect(() =>
      torch.scope(() => {
        torch.ones([2]);
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(live()).toBeLessThanOrEqual(before);
  });

  it("never frees gradients or what autograd needs", () => {
    const w = torch.tensor([2], { requiresGrad: true });
    torch.scope(() => {
      w.mul(w).sum().backward();
    });
    expect(w.grad?.toArray()).toEqual([4]);
    const loss = torch.scope(() => w.mul(3).exp().sum());
    loss.backward();
    // 4 + 3 * exp(6); float32 keeps 7 digits
    expect(w.grad?.item()).toBeCloseTo(4 + 3 * Math.exp(6), 1);
  });

  it("gives the same gradient object until it is replaced", () => {
    const w = torch.tensor([2], { requiresGrad: true });
    expect(w.grad).toBeNull();
    w.mul(w).sum().backward();
    const first = w.grad;
    expect(w.grad).toBe(first);
    w.grad = null;
    expect(w.grad).toBeNull();
  });

  it("refuses a function that returns a promise, after restoring the state", () => {
    const before = live();
    expect(() => torch.scope(async () => torch.ones([1]))).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_ASYNC_CONTEXT" }),
    );
    expect(live()).toBeLessThanOrEqual(before);
  });

  it("works as a using guard", () => {
    const before = live();
    {
      using _ = torch.scope();
      torch.ones([5]);
      expect(live()).toBeLessThanOrEqual(before + 1);
    }
    expect(live()).toBeLessThanOrEqual(before);
  });

  it("ends when its result cannot be searched", () => {
    const before = live();
    const result = {
      get broken(): never {
        throw new RangeError("mine");
      },
    };
    expect(() =>
      torch.scope(() => {
        torch.ones([2]);
        return result;
      }),
    ).toThrowError("mine");
    expect(live()).toBeLessThanOrEqual(before);
  });

  it("reports a guard that is left open across an await, and restores the state", async () => {
    const warned: string[] = [];
    const listener = (w: Error & { code?: string }): void => void warned.push(w.code ?? "");
    process.on("warning", listener);
    const leak = async (): Promise<void> => {
      using _ = torch.noGrad();
      await Promise.resolve();
      await Promise.resolve();
      expect(torch.isGradEnabled()).toBe(true);
    };
    await expect(leak()).rejects.toMatchObject({ code: "FABRIC_USAGE_ASYNC_CONTEXT" });
    await new Promise((done) => setTimeout(done, 10));
    process.off("warning", listener);
    expect(warned).toContain("FABRIC_USAGE_ASYNC_CONTEXT");
  });

  it("does not mistake a new tensor for a stale one that had its place", () => {
    let stale: torch.Tensor | undefined;
    torch.scope(() => {
      stale = torch.ones([1]);
    });
    torch.scope(() => {
      torch.zeros([7]);
      expect(() => stale?.shape).toThrowError(
        expect.objectContaining({ code: "FABRIC_TENSOR_DISPOSED" }),
      );
    });
  });
});

describe("memory without a scope", () => {
  it("stays bounded in a synchronous loop over 1 MB tensors", () => {
    const x = torch.ones([256 * 1024]);
    for (let i = 0; i < 3000; i++) x.add(1);
    // 3000 MB passed through; the collector must have freed nearly all of it.
    expect(torch.memory().cpu.bytes).toBeLessThan(1e9);
  });

  it("stays bounded over small tensors, whose own bytes say little", () => {
    const x = torch.ones([1]);
    for (let i = 0; i < 300_000; i++) x.add(1);
    expect(live()).toBeLessThan(250_000);
  });

  it("counts a storage once, however many views it has", () => {
    const before = torch.memory().cpu.bytes;
    const x = torch.ones([1 << 20]);
    const views = Array.from({ length: 10 }, (_, i) => x.at(torch.slice(i, i + 5)));
    const grown = torch.memory().cpu.bytes - before;
    expect(grown).toBeGreaterThanOrEqual(4 << 20);
    expect(grown).toBeLessThan((4 << 20) + 100_000);
    for (const t of [x, ...views]) t.dispose();
  });

  it("remembers the peak until it is reset", () => {
    torch.resetPeakMemory();
    const start = torch.memory().cpu.bytes;
    torch.ones([1 << 20]).dispose();
    expect(torch.memory().cpu.peakBytes - start).toBeGreaterThanOrEqual(4 << 20);
    torch.resetPeakMemory();
    expect(torch.memory().cpu.peakBytes - torch.memory().cpu.bytes).toBeLessThan(100_000);
  });
});
