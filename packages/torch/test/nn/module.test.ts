import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { Block } from "./fixtures.js";

const { nn } = torch;
type Tensor = torch.Tensor;

class Net extends nn.Module {
  embed = new nn.Embedding(5, 3);
  blocks = [new Block(), new Block()];
  heads = new Map([["main", new nn.Linear(3, 2)]]);
  extra = { aux: new nn.Linear(3, 1), scales: [new nn.Parameter(torch.ones([1]))] };
  gain = new nn.Parameter(torch.ones([3]));
  constructor() {
    super();
    this.registerBuffer("steps", torch.zeros([1]));
    this.registerBuffer("cache", torch.zeros([1]), { persistent: false });
  }
  override forward(x: Tensor): Tensor {
    let h: Tensor = this.embed.forward(x).mul(this.gain);
    for (const block of this.blocks) h = block.forward(h);
    return (this.heads.get("main") as torch.nn.Linear).forward(h);
  }
}

const BLOCK_KEYS = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"];

describe("what a module holds", () => {
  it("finds parameters and modules in fields, arrays, maps and plain objects, and names them by their path", () => {
    const names = new Net().namedParameters().map(([name]) => name);
    expect(names).toEqual([
      "gain",
      "embed.weight",
      ...BLOCK_KEYS.map((key) => `blocks.0.${key}`),
      ...BLOCK_KEYS.map((key) => `blocks.1.${key}`),
      "heads.main.weight",
      "heads.main.bias",
      "extra.aux.weight",
      "extra.aux.bias",
      "extra.scales.0",
    ]);
  });

  it("lists modules parents first, children directly held, and buffers of all kinds", () => {
    const net = new Net();
    expect(
      net
        .namedModules()
        .slice(0, 4)
        .map(([name]) => name),
    ).toEqual(["", "embed", "blocks.0", "blocks.0.fc1"]);
    expect(net.namedChildren().map(([name]) => name)).toEqual([
      "embed",
      "blocks.0",
      "blocks.1",
      "heads.main",
      "extra.aux",
    ]);
    expect(net.namedBuffers().map(([name]) => name)).toEqual(["steps", "cache"]);
    expect(net.getSubmodule("blocks.1.fc2")).toBe(net.blocks[1]?.fc2);
    expect(net.getParameter("blocks.1.fc2.bias")).toBe(net.blocks[1]?.fc2.bias);
    expect(() => net.getParameter("blocks.2.fc2.bias")).toThrow(
      /`Net` has no parameter `blocks.2.fc2.bias`/,
    );
  });

  it("lists a tied parameter once and saves it under both names", () => {
    class Tied extends nn.Module {
      embed = new nn.Embedding(4, 3);
      head = new nn.Linear(3, 4, { bias: false });
      constructor() {
        super();
        this.head.weight = this.embed.weight;
      }
    }
    const tied = new Tied();
    expect(tied.namedParameters().map(([name]) => name)).toEqual(["embed.weight"]);
    expect(Object.keys(tied.stateDict())).toEqual(["embed.weight", "head.weight"]);
    expect(tied.namedParameters({ removeDuplicate: false }).length).toBe(2);
    tied.double();
    expect(tied.head.weight.dtype).toBe("float64");
    expect(tied.head.weight).toBe(tied.embed.weight);
  });

  it("passes over a reference back to a parent", () => {
    class Child extends nn.Module {
      fc = new nn.Linear(1, 1);
      parent: torch.nn.Module | null = null;
    }
    class Parent extends nn.Module {
      child = new Child();
    }
    const root = new Parent();
    root.child.parent = root;
    expect(root.namedModules().map(([name]) => name)).toEqual(["", "child", "child.fc"]);
    expect(Object.keys(root.stateDict())).toEqual(["child.fc.weight", "child.fc.bias"]);
    expect(String(root)).toContain("(child): Child(");
  });

  it("leaves #private fields of user classes alone", () => {
    class Counter extends nn.Module {
      fc = new nn.Linear(2, 2);
      #calls = 0;
      override forward(x: Tensor): Tensor {
        this.#calls++;
        return this.fc.forward(x);
      }
      get calls(): number {
        return this.#calls;
      }
    }
    const counter = new Counter();
    counter.forward(torch.ones([1, 2]));
    counter.double().forward(torch.ones([1, 2], { dtype: "float64" }));
    expect(counter.calls).toBe(2);
  });

  it("prints as a tree", () => {
    expect(String(new nn.Sequential(new nn.Linear(2, 1), new nn.ReLU()))).toBe(
      "Sequential(\n  (0): Linear(inFeatures: 2, outFeatures: 1, bias: true)\n  (1): ReLU()\n)",
    );
  });

  it("refuses names that would hide methods and values that are no tensors", () => {
    const net = new Net();
    expect(() => net.registerBuffer("forward", torch.zeros([1]))).toThrow(/received "forward"/);
    expect(() => net.registerBuffer("a.b", torch.zeros([1]))).toThrow(/received "a.b"/);
    expect(() => net.registerBuffer("count", 3 as never)).toThrow(
      /Expected a Tensor or null for the buffer `count` but received 3/,
    );
    expect(() => net.registerParameter("w", torch.zeros([1]) as never)).toThrow(/nn.Parameter/);
  });
});

describe("modes", () => {
  it("switches training and gradients everywhere below", () => {
    const net = new Net().eval();
    expect(net.modules().every((module) => !module.training)).toBe(true);
    net.train();
    expect(net.blocks[1]?.fc2.training).toBe(true);
    net.requiresGrad_(false);
    expect(net.parameters().some((parameter) => parameter.requiresGrad)).toBe(false);
  });

  it("applies a function to children before their parents", () => {
    const order: string[] = [];
    new Block().apply((module) => order.push(module.constructor.name));
    expect(order).toEqual(["Linear", "Linear", "Block"]);
  });

  it("forgets gradients, or fills them with zeros", () => {
    const block = new Block();
    block
      .forward(torch.ones([1, 3]))
      .sum()
      .backward();
    block.zeroGrad({ setToNone: false });
    expect(block.getParameter("fc2.bias").grad?.toArray()).toEqual([0, 0, 0]);
    block.zeroGrad();
    expect(block.parameters().every((parameter) => parameter.grad === null)).toBe(true);
  });
});

describe("buffers and parameters in scopes", () => {
  it("keeps everything that was made at construction inside a scope", () => {
    const net = torch.scope(() => {
      const made = new Net();
      return { made };
    }).made;
    expect(net.forward(torch.tensor([1n, 2n])).shape).toEqual([2, 2]);
    expect((net as unknown as { steps: Tensor }).steps.item()).toBe(0);
    net
      .forward(torch.tensor([1n, 2n]))
      .sum()
      .backward();
    expect(net.gain.grad?.shape).toEqual([3]);
  });

  it("keeps a tensor assigned to a buffer inside a scope", () => {
    const net = new Net() as Net & { steps: Tensor };
    torch.scope(() => {
      net.steps = net.steps.add(1);
    });
    expect(net.steps.item()).toBe(1);
    expect(net.stateDict()["steps"]?.item()).toBe(1);
  });

  it("shares the storage of the tensor a parameter is made of", () => {
    const tensor = torch.zeros([2]);
    const parameter = new nn.Parameter(tensor);
    tensor.fill_(3);
    expect(parameter.toArray()).toEqual([3, 3]);
    expect(parameter.requiresGrad).toBe(true);
    expect(tensor.requiresGrad).toBe(false);
    expect(parameter instanceof torch.Tensor).toBe(true);
    expect(() => new nn.Parameter(torch.tensor([1n]))).toThrow(/dtype is "int64"/);
    expect(new nn.Parameter(torch.tensor([1n]), { requiresGrad: false }).dtype).toBe("int64");
  });
});
