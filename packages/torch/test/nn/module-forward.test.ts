import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { Block } from "./fixtures.js";

const { nn } = torch;
type Tensor = torch.Tensor;

describe("hooks", () => {
  it("run once for a call that goes through super.forward", () => {
    class Wider extends Block {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(2);
      }
    }
    const module = new Wider();
    const calls: string[] = [];
    module.registerForwardPreHook(() => {
      calls.push("before");
    });
    module.registerForwardHook(() => {
      calls.push("after");
    });
    module.fc1.registerForwardHook(() => {
      calls.push("fc1");
    });
    module.forward(torch.ones([1, 3]));
    expect(calls).toEqual(["before", "fc1", "after"]);
  });

  it("may replace arguments and results, and can be removed", () => {
    const layer = new nn.Identity();
    const pre = layer.registerForwardPreHook((_module, [x]) => [(x as Tensor).add(1)]);
    const post = layer.registerForwardHook((_module, args, output) =>
      (output as Tensor).mul(args[0] as Tensor),
    );
    expect(layer.forward(torch.tensor([2])).toArray()).toEqual([9]);
    pre.remove();
    pre.remove();
    expect(layer.forward(torch.tensor([2])).toArray()).toEqual([4]);
    post.remove();
    expect(layer.forward(torch.tensor([2])).toArray()).toEqual([2]);
  });

  it("run again after a forward that threw", () => {
    class Failing extends nn.Module {
      fails = true;
      override forward(x: Tensor): Tensor {
        if (this.fails) throw new Error("no");
        return x;
      }
    }
    const module = new Failing();
    let calls = 0;
    module.registerForwardPreHook(() => {
      calls++;
    });
    expect(() => module.forward(torch.ones([1]))).toThrow("no");
    module.fails = false;
    module.forward(torch.ones([1]));
    expect(calls).toBe(2);
  });

  it("are removed by their own handle only, once", () => {
    const layer = new nn.Identity();
    let calls = 0;
    const hook = (): void => void calls++;
    const [first, second] = [layer.registerForwardHook(hook), layer.registerForwardHook(hook)];
    first.remove();
    first.remove();
    layer.forward(torch.ones([1]));
    expect(calls).toBe(1);
    second.remove();
    layer.forward(torch.ones([1]));
    expect(calls).toBe(1);
  });
});

describe("backward hooks", () => {
  it("see the gradients of arguments and outputs, and may replace the former", () => {
    const layer = new nn.Linear(2, 3, { bias: false });
    nn.init.ones_(layer.weight);
    const x = torch.ones([1, 2]).requiresGrad_();
    const seen: unknown[] = [];
    const handle = layer.registerFullBackwardHook((module, [gradInput], [gradOutput]) => {
      seen.push(module, gradInput?.toArray(), gradOutput?.toArray());
      return [(gradInput as Tensor).mul(10)];
    });
    layer.forward(x).mul(2).sum().backward();
    expect(seen).toEqual([layer, [[6, 6]], [[2, 2, 2]]]);
    expect(x.grad?.toArray()).toEqual([[60, 60]]);
    expect(layer.weight.grad?.toArray()).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    handle.remove();
    layer.forward(x).sum().backward();
    expect(seen.length).toBe(3);
  });

  it("run with null for arguments that collect no gradient", () => {
    const layer = new nn.LSTM(2, 3);
    let given: readonly unknown[] = [];
    layer.registerFullBackwardHook((_module, gradInput, gradOutput) => {
      given = [gradInput, gradOutput.length];
    });
    layer
      .forward(torch.ones([4, 1, 2]))[0]
      .sum()
      .backward();
    expect(given).toEqual([[null], 1]);
    torch.noGrad(() => layer.forward(torch.ones([4, 1, 2])));
  });
});

describe("modules that were not found", () => {
  const hidden = new Set([new nn.Linear(3, 3)]);

  it("fail the first forward by their class name when they sit in a #private field", () => {
    class Hiding extends nn.Module {
      readonly #fc = new nn.Linear(3, 3);
      override forward(x: Tensor): Tensor {
        return this.#fc.forward(x);
      }
    }
    const error = catchError(() => new Hiding().forward(torch.ones([1, 3])));
    expect(error.code).toBe("FABRIC_USAGE_UNREGISTERED_MODULE");
    expect(error.message).toMatch(/`Hiding.forward` called a trainable `Linear`/);
  });

  it("fail the first forward when they sit in a Set or a closure, also deep inside", () => {
    class Inner extends nn.Module {
      override forward(x: Tensor): Tensor {
        for (const layer of hidden) x = layer.forward(x);
        return x;
      }
    }
    const root = new nn.Sequential(new nn.Linear(3, 3), new Inner());
    expect(catchError(() => root.forward(torch.ones([1, 3]))).code).toBe(
      "FABRIC_USAGE_UNREGISTERED_MODULE",
    );
  });

  it("are left alone when they cannot be trained", () => {
    const frozen = new nn.Linear(3, 3).requiresGrad_(false);
    class Student extends nn.Module {
      fc = new nn.Linear(3, 3);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(x).sub(frozen.forward(x)).add(new nn.ReLU().forward(x));
      }
    }
    expect(new Student().forward(torch.ones([1, 3])).shape).toEqual([1, 3]);
  });

  it("may be made during the first forward, once they are in a field", () => {
    class Lazy extends nn.Module {
      fc: torch.nn.Linear | null = null;
      override forward(x: Tensor): Tensor {
        this.fc ??= new nn.Linear(x.shape[1] as number, 2);
        return this.fc.forward(x);
      }
    }
    expect(new Lazy().forward(torch.ones([1, 3])).shape).toEqual([1, 2]);
  });

  it("fail whichever forward first calls them", () => {
    class Late extends nn.Module {
      fc = new nn.Linear(3, 3);
      late = false;
      override forward(x: Tensor): Tensor {
        for (const layer of this.late ? hidden : [this.fc]) x = layer.forward(x);
        return x;
      }
    }
    const module = new Late();
    module.forward(torch.ones([1, 3]));
    module.late = true;
    expect(() => module.forward(torch.ones([1, 3]))).toThrow(
      /`Late.forward` called a trainable `Linear`/,
    );
  });

  it("are allowed where they are found, whichever root runs", () => {
    const shared = new nn.Linear(3, 3);
    const roots = [new nn.Sequential(shared), new nn.Sequential(new nn.Tanh(), shared)];
    for (const root of [...roots, ...roots, shared]) {
      expect(root.forward(torch.ones([1, 3])).shape).toEqual([1, 3]);
    }
  });

  it("says which method is missing in a class without forward", () => {
    class Empty extends nn.Module {}
    expect(() => new Empty().forward()).toThrow(/`Empty` defines no forward method/);
  });
});

describe("memory", () => {
  it("leaves no tensor behind when a forward runs in a scope", () => {
    const model = new nn.Sequential(
      new nn.Linear(3, 3),
      new nn.BatchNorm1d(3),
      new nn.Dropout(),
      new nn.Tanh(),
    );
    const x = torch.ones([4, 3]);
    torch.scope(() => void model.forward(x));
    const before = torch.memory().cpu.tensors;
    for (let i = 0; i < 10; i++) torch.scope(() => void model.forward(x));
    expect(torch.memory().cpu.tensors).toBeLessThanOrEqual(before);
  });
});

function catchError(fn: () => unknown): torch.FabricError {
  try {
    fn();
  } catch (error) {
    if (error instanceof torch.FabricError) return error;
    throw error;
  }
  throw new Error("expected a FabricError");
}
