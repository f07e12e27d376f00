import { Fabric, mapTensors, nn, Precision, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { Net, thrown } from "../helpers.js";

/** Inputs to float64, outputs to float32, and a context that can be seen. */
class Casting extends Precision {
  readonly precision = "casting";
  override readonly requiresFabricBackward: boolean;
  inside = 0;
  entered = 0;
  constructor({ guarded = false } = {}) {
    super();
    this.requiresFabricBackward = guarded;
  }
  override convertModule<M extends nn.Module>(module: M): M {
    return module.double();
  }
  override convertInput<T>(data: T): T {
    return mapTensors(data, (t) => (t.isFloatingPoint() ? t.double() : t));
  }
  override convertOutput<T>(data: T): T {
    return mapTensors(data, (t) => (t.isFloatingPoint() ? t.float() : t));
  }
  override forwardContext(): Disposable {
    this.inside++;
    this.entered++;
    return { [Symbol.dispose]: () => void this.inside-- };
  }
}

class Secretive extends nn.Module {
  #count = 0;
  fc = new nn.Linear(4, 2);
  note = "";
  get count(): number {
    return this.#count;
  }
  set count(value: number) {
    this.#count = value;
  }
  bump(): this {
    this.#count++;
    return this;
  }
  override forward(x: Tensor): Tensor {
    this.#count++;
    return this.fc.forward(x);
  }
}

const cpu = (): Fabric => new Fabric({ accelerator: testDevice });

describe("a module set up by Fabric", () => {
  it("is an instance of the user's class, and keeps its members and types", () => {
    const net = new Net();
    const model = cpu().setup(net);
    expect(model).toBeInstanceOf(Net);
    expect(model).toBeInstanceOf(nn.Module);
    expect(model.fc1).toBe(net.fc1);
    expect(model.module).toBe(net);
    const y: Tensor = model.forward(torch.ones([1, 4]));
    expect(y.shape).toEqual([1, 2]);
  });

  it("runs methods, getters and setters with the original as `this`, so #private fields work", () => {
    const net = new Secretive();
    const model = cpu().setup(net);
    model.forward(torch.ones([1, 4]));
    expect(model.count).toBe(1);
    model.count = 5;
    expect(net.count).toBe(5);
    expect(model.bump).toBe(model.bump);
  });

  it("returns itself where a method returns the original", () => {
    const model = cpu().setup(new Secretive());
    expect(model.bump()).toBe(model);
    expect(model.eval()).toBe(model);
    expect(model.train().training).toBe(true);
    expect(model.double()).toBe(model);
  });

  it("writes attributes to the original, but not its own", () => {
    const net = new Secretive();
    const model = cpu().setup(net);
    model.note = "x";
    (model as unknown as Record<string, number>)["fresh"] = 1;
    expect(net.note).toBe("x");
    expect((net as unknown as Record<string, number>)["fresh"]).toBe(1);
    for (const [key, value] of [
      ["dtype", "float16"],
      ["device", "cpu"],
      ["module", net],
    ] as const) {
      thrown("FABRIC_USAGE_READ_ONLY", () => Reflect.set(model, key, value));
    }
  });

  it("saves and loads under the original's names, and lists the same parameters", () => {
    const net = new Net();
    const model = cpu().setup(net);
    expect(Object.keys(model.stateDict())).toEqual([
      "fc1.weight",
      "fc1.bias",
      "fc2.weight",
      "fc2.bias",
    ]);
    expect(model.parameters()).toEqual(net.parameters());
    model.loadStateDict(new Net().stateDict());
  });

  it("follows casts and moves with device and dtype", () => {
    const model = cpu().setup(new Net());
    expect([model.device, model.dtype]).toEqual(["cpu", "float32"]);
    model.double();
    expect(model.dtype).toBe("float64");
    model.to("bfloat16");
    expect(model.dtype).toBe("bfloat16");
    const bare = cpu().setup(new nn.ReLU());
    expect([bare.device, bare.dtype]).toEqual(["cpu", "float32"]);
    bare.half();
    expect(bare.dtype).toBe("float16");
    bare.to({ device: "meta", dtype: "float64" });
    expect([bare.device, bare.dtype]).toEqual(["meta", "float64"]);
  });

  it("uses a forward that was put in later", () => {
    const net = new Net();
    const model = cpu().setup(net);
    model.forward = () => torch.zeros([3]);
    expect(model.forward(torch.ones([1, 4])).shape).toEqual([3]);
  });
});

describe("precision around forward", () => {
  it("converts inputs, runs inside the context, converts outputs after it", () => {
    const plugin = new Casting();
    const fabric = new Fabric({ plugins: plugin });
    class Probe extends Net {
      seen: unknown[] = [];
      override forward(x: Tensor): Tensor {
        this.seen = [x.dtype, plugin.inside];
        return super.forward(x);
      }
    }
    const model = fabric.setup(new Probe());
    const out = model.forward(torch.ones([1, 4]));
    expect(model.seen).toEqual(["float64", 1]);
    expect([out.dtype, plugin.inside]).toEqual(["float32", 0]);
  });

  it("leaves the context also when forward throws", () => {
    const plugin = new Casting();
    class Failing extends nn.Module {
      override forward(): Tensor {
        throw new Error("mine");
      }
    }
    const model = new Fabric({ plugins: plugin }).setup(new Failing());
    expect(() => model.forward()).toThrow("mine");
    expect([plugin.entered, plugin.inside]).toEqual([1, 0]);
  });

  it("refuses an asynchronous forward, with the context left", () => {
    const plugin = new Casting();
    class Late extends nn.Module {
      override async forward(): Promise<number> {
        return 1;
      }
    }
    thrown("FABRIC_USAGE_ASYNC_CONTEXT", () =>
      new Fabric({ plugins: plugin }).setup(new Late()).forward(),
    );
    expect(plugin.inside).toBe(0);
    thrown("FABRIC_USAGE_ASYNC_CONTEXT", () => cpu().setup(new Late()).forward());
  });

  it("frees the inputs it converted, but neither the user's tensors nor what a field or the output reaches", () => {
    class Keeping extends nn.Module {
      last: { x: Tensor }[] = [];
      override forward(x: Tensor, y: Tensor, z: Tensor): Tensor[] {
        this.last = [{ x }];
        return [y, z.add(1)];
      }
    }
    class InputsOnly extends Precision {
      readonly precision = "inputs";
      readonly made: Tensor[] = [];
      override convertInput<T>(data: T): T {
        return mapTensors(data, (t) => {
          const made = t.double();
          this.made.push(made);
          return made;
        });
      }
    }
    const plugin = new InputsOnly();
    const model = new Fabric({ plugins: plugin }).setup(new Keeping());
    const input = torch.ones([2]);
    const [y] = model.forward(input, input, input);
    expect(plugin.made.map((t) => t.isDisposed)).toEqual([false, false, true]);
    expect(input.isDisposed).toBe(false);
    expect([y?.dtype, model.last[0]?.x.dtype]).toEqual(["float64", "float64"]);
  });

  it("keeps gradients right through converted and freed inputs", () => {
    const fabric = new Fabric({ plugins: new Casting() });
    const model = fabric.setup(new Net());
    const x = torch.ones([1, 4]).requiresGrad_();
    fabric.backward(model.forward(x).sum());
    expect(x.grad?.shape).toEqual([1, 4]);
    expect(model.fc1.weight.grad?.dtype).toBe("float64");
  });
});

describe("marked methods", () => {
  class Methods extends Net {
    override forward(x: Tensor): Tensor {
      return super.forward(x);
    }
    loss(x: Tensor): Tensor {
      return this.forward(x).sum();
    }
    trainingStep(x: Tensor): string {
      return `${x.dtype} ${this.forward(x).dtype}`;
    }
    plain(x: Tensor): string {
      return x.dtype;
    }
  }

  it("run as forward does, on one device too", () => {
    const plugin = new Casting();
    const model = new Fabric({ plugins: plugin }).setup(new Methods());
    expect(model.trainingStep(torch.ones([1, 4]))).toBe("float64 float64");
    expect(plugin.entered).toBe(1);
    model.markForwardMethod("loss");
    expect(model.loss(torch.ones([1, 4])).dtype).toBe("float32");
    expect(plugin.entered).toBe(2);
    expect(model.plain(torch.ones([1]))).toBe("float32");
    expect(model.loss).toBe(model.loss);
  });

  it("can be marked by the function itself, raw or read through the wrapper", () => {
    const plugin = new Casting();
    const model = new Fabric({ plugins: plugin }).setup(new Methods());
    model.markForwardMethod(Methods.prototype.loss);
    model.markForwardMethod(model.plain);
    expect(model.plain(torch.ones([1]))).toBe("float64");
    expect(model.loss(torch.ones([1, 4])).dtype).toBe("float32");
  });

  it("refuses forward, what is no method, and other types", () => {
    const model = cpu().setup(new Methods());
    for (const bad of ["forward", "nothing", "fc1", 3, () => {}, null])
      thrown("FABRIC_USAGE_MARK_METHOD", () => model.markForwardMethod(bad as never));
  });

  it("leave forward in place when conversion throws", () => {
    class Refusing extends Casting {
      override convertInput<T>(_data: T): T {
        throw new Error("cannot");
      }
    }
    const net = new Methods();
    const model = new Fabric({ plugins: new Refusing() }).setup(net);
    expect(() => model.trainingStep(torch.ones([1, 4]))).toThrow("cannot");
    expect(Object.hasOwn(net, "forward")).toBe(false);
  });
});

describe("the backward guard", () => {
  const lossOf = (fabric: Fabric): Tensor =>
    fabric
      .setup(new Net())
      .forward(torch.ones([2, 4]))
      .sum();

  it("makes a plain backward throw where the precision needs fabric.backward", () => {
    const fabric = new Fabric({ plugins: new Casting({ guarded: true }) });
    const error = thrown("FABRIC_USAGE_BACKWARD", () => lossOf(fabric).backward());
    expect(error.message).toContain("fabric.backward");
    fabric.backward(lossOf(fabric));
    thrown("FABRIC_USAGE_BACKWARD", () => lossOf(fabric).backward());
  });

  it("stands again after a backward of Fabric's that failed", () => {
    const fabric = new Fabric({ plugins: new Casting({ guarded: true }) });
    const two = fabric.setup(new Net()).forward(torch.ones([2, 4]));
    // Two rows of outputs need a gradient of their own.
    expect(() => fabric.backward(two)).toThrow();
    thrown("FABRIC_USAGE_BACKWARD", () => lossOf(fabric).backward());
  });

  it("covers outputs in collections", () => {
    class Nested extends Net {
      nested(x: Tensor): { out: Map<string, Tensor[]> } {
        return { out: new Map([["y", [this.forward(x)]]]) };
      }
    }
    const model = new Fabric({ plugins: new Casting({ guarded: true }) }).setup(new Nested());
    model.markForwardMethod("nested");
    const [y] = model.nested(torch.ones([1, 4])).out.get("y") ?? [];
    thrown("FABRIC_USAGE_BACKWARD", () => y?.sum().backward());
  });

  it("is not there where a plain backward is right", () => {
    lossOf(cpu()).backward();
    lossOf(new Fabric({ plugins: new Casting() })).backward();
  });
});
