// Methods that would run a part of the model past a strategy's wrapper are told to be marked.
import { Fabric, nn, SingleDeviceStrategy, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { rejected, thrown } from "../helpers.js";

class Model extends nn.Module {
  fc = new nn.Linear(2, 2);
  scale = 3;
  forward(x: Tensor): Tensor {
    return this.helper(x);
  }
  helper(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
  embed(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
  whole(x: Tensor): Tensor {
    return this.forward(x);
  }
  plain(x: Tensor): Tensor {
    return x.mul(this.scale);
  }
  broken(): never {
    throw new RangeError("mine");
  }
  async later(x: Tensor): Promise<Tensor> {
    await Promise.resolve();
    return this.fc.forward(x);
  }
  async laterPlain(x: Tensor): Promise<Tensor> {
    await Promise.resolve();
    return x.mul(2);
  }
}

class Layer extends nn.Module {
  inner: nn.Module;
  calls = 0;
  constructor(inner: nn.Module) {
    super();
    this.inner = inner;
  }
  forward(...args: Tensor[]): Tensor {
    this.calls++;
    return (this.inner as Model).forward(...(args as [Tensor]));
  }
}

class Wrapping extends SingleDeviceStrategy {
  layer: Layer | null = null;
  override setupModule(module: nn.Module): nn.Module {
    this.layer = new Layer(module);
    return this.layer;
  }
}

const x = torch.ones([1, 2]);

function setUp(): { model: Model; raw: Model; layer: () => number } {
  const strategy = new Wrapping({ device: "cpu" });
  const raw = new Model();
  const model = new Fabric({ accelerator: "cpu", strategy }).setup(raw);
  return { model, raw, layer: () => strategy.layer?.calls ?? 0 };
}

describe("a method read through the wrapper, behind a strategy's layer", () => {
  it.each(["embed", "whole"] as const)("%s may not run forward passes unmarked", (name) => {
    const { model, layer } = setUp();
    const error = thrown("FABRIC_USAGE_UNMARKED_METHOD", () => model[name](x));
    expect(error.message).toContain(`markForwardMethod("${name}")`);
    expect(layer()).toBe(0);
    model.markForwardMethod(name);
    expect(model[name](x).shape).toEqual([1, 2]);
    expect(layer()).toBe(1);
  });

  it("is fine if it calls no module; forward itself may use any method", () => {
    const { model, layer } = setUp();
    expect(model.plain(x).toArray()).toEqual([[3, 3]]);
    expect(model.forward(x).shape).toEqual([1, 2]);
    expect(layer()).toBe(1);
    expect(model.parameters()).toHaveLength(2);
    expect(model.plain).toBe(model.plain);
  });

  it("is watched only while it runs, also after a throw", () => {
    const { model, raw } = setUp();
    thrown("FABRIC_USAGE_UNMARKED_METHOD", () => model.embed(x));
    expect(() => model.broken()).toThrow(RangeError);
    expect(raw.embed(x).shape).toEqual([1, 2]);
    expect(raw.fc.forward(x).shape).toEqual([1, 2]);
    expect(model.forward(x).shape).toEqual([1, 2]);
  });

  it("is watched to the end of its promise", async () => {
    const { model, raw } = setUp();
    await rejected("FABRIC_USAGE_UNMARKED_METHOD", model.later(x));
    expect((await model.laterPlain(x)).toArray()).toEqual([[2, 2]]);
    expect(raw.fc.forward(x).shape).toEqual([1, 2]);
  });

  it("can be marked by the function read through the wrapper", () => {
    const { model } = setUp();
    model.markForwardMethod(model.embed);
    expect(model.embed(x).shape).toEqual([1, 2]);
  });
});

it("on one device nothing is watched", () => {
  const model = new Fabric({ accelerator: "cpu" }).setup(new Model());
  expect(model.embed(x).shape).toEqual([1, 2]);
});
