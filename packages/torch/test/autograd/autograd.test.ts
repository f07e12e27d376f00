import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

type Ctx = torch.autograd.FunctionContext;

class Cube extends torch.autograd.Function {
  static override forward(ctx: Ctx, x: torch.Tensor): torch.Tensor {
    ctx.saveForBackward(x);
    return x.mul(x).mul(x);
  }
  static override backward(ctx: Ctx, g: torch.Tensor): torch.Tensor {
    const [x] = ctx.savedTensors as [torch.Tensor];
    return g.mul(x).mul(x).mul(3);
  }
}

class Failing extends torch.autograd.Function {
  static override forward(_: Ctx, x: torch.Tensor): torch.Tensor {
    return x.mul(2);
  }
  static override backward(): torch.Tensor {
    throw new RangeError("mine");
  }
}

describe("autograd", () => {
  it("grad gives gradients without touching .grad, second order too", () => {
    const x = torch.tensor([3], { requiresGrad: true, dtype: "float64" });
    const [g] = torch.autograd.grad(x.pow(3).sum(), x, { createGraph: true });
    expect(g?.item()).toBe(27);
    const [gg] = torch.autograd.grad(g as torch.Tensor, x);
    expect(gg?.item()).toBe(18);
    expect(x.grad).toBeNull();
    const y = torch.ones([1], { requiresGrad: true });
    expect(torch.autograd.grad(x.mul(2), [x, y], { allowUnused: true })[1]).toBeNull();
    expect(() => torch.autograd.grad(x.mul(2), y)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_OPERATOR" }),
    );
  });

  it("needs retainGraph for a second backward, and says so", () => {
    const x = torch.ones([1], { requiresGrad: true });
    const y = x.exp();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(() => y.backward()).toThrow(/second time/);
    expect(x.grad?.item()).toBeCloseTo(2 * Math.E, 5);
  });

  it("hooks see and replace gradients, and can be removed", () => {
    const x = torch.ones([1], { requiresGrad: true });
    const seen: number[] = [];
    const hook = x.registerHook((g) => {
      seen.push(g.item());
      return g.mul(10);
    });
    x.mul(2).backward();
    hook.remove();
    x.mul(2).backward();
    expect(seen).toEqual([2]);
    expect(x.grad?.item()).toBe(22);
  });

  it("guards a tensor against a plain backward, natively", () => {
    const x = torch.ones([1], { requiresGrad: true });
    const y = x.mul(2);
    torch.autograd.guardBackward(y, "use fabric.backward(loss)");
    expect(() => y.sum().backward(undefined, { retainGraph: true })).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_BACKWARD" }),
    );
    torch.autograd.allowGuarded(() => y.sum().backward());
    expect(x.grad?.item()).toBe(2);
  });
});

describe("autograd.Function", () => {
  it("has its gradient, in and out of a scope", () => {
    const x = torch.tensor([2, -1], { requiresGrad: true });
    Cube.apply(x).sum().backward();
    expect(x.grad?.toArray()).toEqual([12, 3]);
    torch.scope(() => Cube.apply(x).sum().backward());
    expect(x.grad?.toArray()).toEqual([24, 6]);
    const loss = torch.scope(() => Cube.apply(x).sum());
    loss.backward();
    expect(x.grad?.toArray()).toEqual([36, 9]);
  });

  it("is differentiable twice when backward is made of differentiable operators", () => {
    const x = torch.tensor([2], { requiresGrad: true });
    const [g] = torch.autograd.grad(Cube.apply(x).sum(), x, { createGraph: true });
    const [gg] = torch.autograd.grad(g as torch.Tensor, x);
    expect(gg?.item()).toBe(12);
  });

  it("passes a throw of backward through unchanged", () => {
    const x = torch.ones([1], { requiresGrad: true });
    expect(() => Failing.apply(x).backward()).toThrow(RangeError);
    expect(() => Failing.apply(x).backward()).toThrow("mine");
    Cube.apply(x).backward();
    expect(x.grad?.item()).toBe(3);
  });

  it("detects that a saved tensor was changed in place", () => {
    const x = torch.ones([1], { requiresGrad: true });
    const y = x.mul(2);
    const z = Cube.apply(y);
    torch.noGrad(() => y.add_(1));
    expect(() => z.backward()).toThrow(/inplace/);
  });

  it("gives null for what needs no gradient, zeros for unused outputs", () => {
    class Two extends torch.autograd.Function {
      static override forward(ctx: Ctx, x: torch.Tensor, k: number): torch.Tensor[] {
        ctx["k"] = k;
        return [x.mul(k), x.add(k)];
      }
      static override backward(
        ctx: Ctx,
        a: torch.Tensor,
        b: torch.Tensor,
      ): (torch.Tensor | null)[] {
        return [a.mul(ctx["k"] as number).add(b), null];
      }
    }
    const x = torch.ones([2], { requiresGrad: true });
    const [a] = Two.apply(x, 5);
    (a as torch.Tensor).sum().backward();
    expect(x.grad?.toArray()).toEqual([5, 5]);
  });

  it("says when backward returns the wrong number of gradients", () => {
    class Wrong extends torch.autograd.Function {
      static override forward(_: Ctx, x: torch.Tensor, y: torch.Tensor): torch.Tensor {
        return x.add(y);
      }
      static override backward(_: Ctx, g: torch.Tensor): torch.Tensor {
        return g;
      }
    }
    const x = torch.ones([1], { requiresGrad: true });
    expect(() => Wrong.apply(x, x).backward()).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_AUTOGRAD_FUNCTION" }),
    );
  });

  it("incrementVersion counts a write that libtorch did not see", () => {
    const x = torch.tensor([3], { requiresGrad: true });
    const y = x.mul(x).mul(x).sum();
    expect(x.version).toBe(0);
    torch.autograd.incrementVersion([x, x]);
    expect(x.version).toBe(2);
    expect(() => y.backward()).toThrow(/modified by an inplace operation/);
    const inferred = torch.inferenceMode(() => torch.ones([1]));
    torch.autograd.incrementVersion([inferred]);
    expect(inferred.version).toBe(0);
    for (const tell of [torch.autograd.incrementVersion, torch.autograd.gradsOf])
      for (const wrong of [[1], x, undefined])
        expect(() => tell(wrong as never)).toThrowError(
          expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
        );
  });

  it("handles an input that is handed through or changed in place", () => {
    class Same extends torch.autograd.Function {
      static override forward(_: Ctx, x: torch.Tensor): torch.Tensor {
        return x;
      }
      static override backward(_: Ctx, g: torch.Tensor): torch.Tensor {
        return g.mul(7);
      }
    }
    class Negate_ extends torch.autograd.Function {
      static override forward(ctx: Ctx, x: torch.Tensor): torch.Tensor {
        ctx.markDirty(x);
        return x.neg_();
      }
      static override backward(_: Ctx, g: torch.Tensor): torch.Tensor {
        return g.neg();
      }
    }
    const x = torch.ones([1], { requiresGrad: true });
    Same.apply(x).backward();
    expect(x.grad?.item()).toBe(7);
    x.grad = null;
    const y = x.mul(2);
    const z = Negate_.apply(y);
    expect(z).toBe(y);
    z.backward();
    expect(x.grad?.item()).toBe(-2);
  });

  it("leaks nothing over many steps", () => {
    const x = torch.ones([1], { requiresGrad: true });
    torch.scope(() => Cube.apply(x).backward());
    x.grad = null;
    const before = torch.memory().cpu;
    for (let i = 0; i < 500; i++) torch.scope(() => Cube.apply(x).backward());
    const after = torch.memory().cpu;
    // At most: the collector may take what an earlier test left meanwhile.
    expect(after.tensors).toBeLessThanOrEqual(before.tensors);
    expect(after.bytes - before.bytes).toBeLessThan(1000);
  });

  it("lets go of what a dropped graph of a function, or a hooked tensor, held outside scopes", async () => {
    const x = torch.ones([300], { requiresGrad: true });
    const before = torch.memory().cpu.tensors;
    (() => {
      for (let i = 0; i < 40; i++) {
        Cube.apply(x);
        x.mul(2).registerHook(() => {});
      }
    })();
    for (let i = 0; i < 8; i++) {
      globalThis.gc?.();
      await new Promise((next) => setImmediate(next));
      // Released callbacks are handed back at the next backward.
      torch.scope(() => torch.autograd.grad(x.sum(), x));
    }
    expect(torch.memory().cpu.tensors - before).toBeLessThan(10);
  });

  it("saves an input as it is when the output only shares its memory", () => {
    let seen: unknown;
    class Transposed extends torch.autograd.Function {
      static override forward(ctx: Ctx, x: torch.Tensor): torch.Tensor {
        ctx.saveForBackward(x);
        return x.t();
      }
      static override backward(ctx: Ctx, g: torch.Tensor): torch.Tensor {
        seen = ctx.savedTensors[0]?.toArray();
        return g.t();
      }
    }
    const data = [
      [1, 2],
      [3, 4],
    ];
    const x = torch.tensor(data, { requiresGrad: true });
    Transposed.apply(x).sum().backward();
    expect(seen).toEqual(data);
  });

  it("refuses what is not a tensor", () => {
    const argument = expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" });
    const x = torch.ones([1]);
    expect(() => {
      x.data = null as never;
    }).toThrowError(argument);
    expect(() => new torch.autograd.FunctionContext().saveForBackward(5 as never)).toThrowError(
      argument,
    );
  });

  it("takes a hook off a tensor that is gone, and says what a hook may return", () => {
    const x = torch.ones([2], { requiresGrad: true });
    const hook = x.registerHook(() => "junk" as never);
    expect(() => x.sum().backward()).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
    x.dispose();
    hook.remove();
  });
});
