import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

describe("contexts", () => {
  it("restore their state on return and on a throw, nested too", () => {
    expect(torch.noGrad(() => torch.enableGrad(() => torch.isGradEnabled()))).toBe(true);
    expect(() =>
      torch.noGrad(() => {
        throw new Error("x");
      }),
    ).toThrow("x");
    expect(torch.isGradEnabled()).toBe(true);
    {
      using _ = torch.inferenceMode();
      expect(torch.isInferenceModeEnabled()).toBe(true);
    }
    expect(torch.isInferenceModeEnabled()).toBe(false);
  });

  it("noGrad records nothing, inferenceMode makes inference tensors", () => {
    const w = torch.ones([1], { requiresGrad: true });
    expect(torch.noGrad(() => w.mul(2)).requiresGrad).toBe(false);
    expect(torch.inferenceMode(() => w.mul(2)).isInference()).toBe(true);
  });

  it("autocast casts by operator and restores; float32 is refused", () => {
    const a = torch.ones([2, 2]);
    torch.autocast({ device: "cpu", dtype: "bfloat16" }, () => {
      expect(a.mm(a).dtype).toBe("bfloat16");
      expect(torch.autocast({ device: "cpu", enabled: false }, () => a.mm(a).dtype)).toBe(
        "float32",
      );
      expect(a.mm(a).dtype).toBe("bfloat16");
    });
    expect(a.mm(a).dtype).toBe("float32");
    expect(torch.autocastState("cpu").enabled).toBe(false);
    expect(() => torch.autocast({ dtype: "float32" }, () => 0)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("device places new tensors, defaultDtype types them", () => {
    expect(
      torch.device("meta", () => [
        torch.ones([1]).device,
        torch.tensor([1]).device,
        torch.onesLike(torch.ones([1], { device: "cpu" })).device,
      ]),
    ).toEqual(["meta", "meta", "cpu"]);
    expect(
      torch.defaultDtype("float64", () => [
        torch.ones([1]).dtype,
        torch.tensor([1]).dtype,
        torch.full([1], 2).dtype,
      ]),
    ).toEqual(["float64", "float64", "float64"]);
    // integer division gives the default float dtype, inside libtorch
    expect(torch.defaultDtype("bfloat16", () => torch.arange(0, 3).div(2).dtype)).toBe("bfloat16");
    expect(torch.ones([1]).dtype).toBe("float32");
  });

  it("never shows a worker thread another default dtype, while both compute", async () => {
    const entry = import.meta.resolve("@fabric/torch");
    const code = `
      import { parentPort } from "node:worker_threads";
      import * as torch from ${JSON.stringify(entry)};
      const seen = new Set();
      for (let i = 0; i < 3000; i++) torch.scope(() => seen.add(torch.ones([4]).dtype + torch.arange(0, 4).div(3).dtype));
      const w = torch.tensor([[1, 2], [3, 4]], { requiresGrad: true });
      w.mm(w).sum().backward();
      parentPort.postMessage({ seen: [...seen], grad: w.grad.toArray() });
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    const answer = new Promise<{ seen: string[]; grad: number[][] }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    let done = false;
    void answer.finally(() => {
      done = true;
    });
    const mine = new Set<string>();
    while (!done) {
      torch.defaultDtype("bfloat16", () =>
        torch.scope(() => {
          for (let i = 0; i < 200; i++) mine.add(torch.ones([4]).dtype);
        }),
      );
      await new Promise((next) => setImmediate(next));
    }
    expect(await answer).toEqual({
      seen: ["float32float32"],
      grad: [
        [7, 11],
        [9, 13],
      ],
    });
    expect([...mine]).toEqual(["bfloat16"]);
    await worker.terminate();
    expect(fileURLToPath(entry)).toContain("dist");
  });

  it("sets threads, and refuses nonsense", () => {
    const before = torch.getNumThreads();
    torch.setNumThreads(1);
    expect(torch.getNumThreads()).toBe(1);
    torch.setNumThreads(before);
    expect(() => torch.setNumThreads(0)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("refuse autocast on a device that has none", () => {
    expect(() => torch.autocast({ device: "meta" }, () => 1)).toThrowError(torch.TorchError);
    expect(torch.autocastState().enabled).toBe(false);
  });

  it("close a guard left open inside a function before its context ends", async () => {
    const warnings: string[] = [];
    const listener = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", listener);
    torch.noGrad(() => {
      torch.enableGrad();
    });
    torch.inferenceMode(() => {
      torch.inferenceMode();
    });
    torch.scope(() => {
      torch.scope();
      torch.noGrad();
    });
    expect(torch.isGradEnabled()).toBe(true);
    expect(torch.isInferenceModeEnabled()).toBe(false);
    await new Promise((next) => setImmediate(next));
    expect(torch.isGradEnabled()).toBe(true);
    expect(warnings).toHaveLength(3);
    process.off("warning", listener);
  });
});

describe("withContext", () => {
  const log: string[] = [];
  function mode<T>(name: string, fn: () => T): T;
  function mode(name: string): Disposable;
  function mode<T>(name: string, fn?: () => T): T | Disposable {
    const enter = (): (() => void) => {
      log.push(`+${name}`);
      return () => {
        log.push(`-${name}`);
        if (name === "bad") throw new Error("leaving");
      };
    };
    return torch.withContext(`my.${name}`, enter, fn);
  }
  const logged = (): string => log.splice(0).join(" ");
  const code = (expected: string): unknown =>
    expect.objectContaining({ code: `FABRIC_${expected}` });

  it("makes both forms of a context, which leave on a throw too", () => {
    expect(mode("a", () => mode("b", () => 5))).toBe(5);
    expect(logged()).toBe("+a +b -b -a");
    {
      using _a = mode("a");
      using _b = mode("b");
    }
    expect(logged()).toBe("+a +b -b -a");
    expect(() =>
      mode("bad", () => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(() => mode("bad", () => 1)).toThrow("leaving");
    expect(logged()).toBe("+bad -bad +bad -bad");
  });

  it("refuses promises and what is no function", () => {
    expect(() => mode("a", () => Promise.reject(new Error("x")))).toThrowError(
      code("USAGE_ASYNC_CONTEXT"),
    );
    expect(() => mode("a", 5 as never)).toThrowError(code("TENSOR_ARGUMENT"));
    expect(logged()).toBe("+a -a");
  });

  it("closes guards in reverse, all of them, when an outer one is closed first", () => {
    const outer = mode("a");
    mode("bad");
    mode("b");
    expect(() => outer[Symbol.dispose]()).toThrow("leaving");
    expect(logged()).toBe("+a +bad +b -b -bad -a");
    const again = mode("a");
    mode("b");
    expect(() => again[Symbol.dispose]()).toThrowError(code("USAGE_CONTEXT_ORDER"));
    expect(logged()).toBe("+a +b -b -a");
  });

  it("reports a guard that is still open when control returns to the event loop, and closes it", async () => {
    const warnings: string[] = [];
    const listener = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", listener);
    const guard = mode("a");
    mode("bad");
    await new Promise((next) => setImmediate(next));
    process.off("warning", listener);
    expect(logged()).toBe("+a +bad -bad -a");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /guard of my\.a, my\.bad was still open.*Closing my\.bad threw: leaving/,
    );
    expect(() => guard[Symbol.dispose]()).toThrowError(code("USAGE_ASYNC_CONTEXT"));
  });
});
