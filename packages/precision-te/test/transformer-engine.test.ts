// The plugin: what it converts, skips, pads and refuses, how it trains, and checkpoints.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric, torch } from "@fabric/core";
import { nn, optim, type Tensor } from "@fabric/torch";
import { afterAll, describe, expect, it, vi } from "vitest";
import { codeOf } from "../../../tools/test-support/code-of.js";
import { testDevice } from "../../../tools/test-support/device.js";
import { emulationDtype } from "../src/engine/index.js";
import {
  createPrecision,
  DelayedScaling,
  Float8CurrentScaling,
  fp8Layers,
  LayerNorm,
  Linear,
  type TransformerEngineOptions,
  TransformerEnginePrecision,
} from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-te-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Net extends nn.Module {
  emb = new nn.Embedding(10, 64);
  norm = new nn.LayerNorm(64);
  fc1 = new nn.Linear(64, 128);
  fc2 = new nn.Linear(128, 64);
  head = new nn.Linear(64, 10);
  override forward(x: Tensor): Tensor {
    const h = this.norm.forward(this.emb.forward(x));
    return this.head.forward(this.fc2.forward(torch.relu(this.fc1.forward(h))));
  }
}

function fabricOf(options: Partial<TransformerEngineOptions> = {}): Fabric {
  const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16", ...options });
  return new Fabric({ accelerator: testDevice, plugins: [plugin] });
}

const ids = () => torch.tensor([[1, 2, 3]], { dtype: "int64" });
const replaced = (net: Net) =>
  ["norm", "fc1", "fc2", "head"].filter((name) => {
    const module = net.getSubmodule(name);
    return module instanceof Linear || module instanceof LayerNorm;
  });

describe("processes", () => {
  it("reduces over those that were connected last, unless the options have a function", () => {
    const seen: string[] = [];
    const connect = (name: string) => ({
      worldSize: 2,
      allReduceMax: () => void seen.push(name),
    });
    const own = (): void => void seen.push("own");
    for (const [amaxReduction, expected] of [
      [null, ["first", "second"]],
      [own, ["own", "own"]],
    ] as const) {
      seen.length = 0;
      const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16", amaxReduction });
      const net = plugin.convertModule(new Net());
      for (const name of ["first", "second"]) {
        plugin.connectProcesses(connect(name));
        using _inside = plugin.forwardContext();
        net.forward(ids());
      }
      expect(seen).toEqual(expected);
    }
  });
});

describe("setup", () => {
  it("replaces layers that fit, keeps the parameters, casts all, and computes", () => {
    const net = new Net();
    const { weight } = net.fc1;
    const exact = torch.noGrad(() => net.forward(ids()));
    const model = fabricOf().setup(net);
    expect(replaced(net)).toEqual(["norm", "fc1", "fc2"]);
    expect(net.fc1.weight).toBe(weight);
    expect(new Set(net.parameters().map(({ dtype }) => dtype))).toEqual(new Set(["bfloat16"]));
    const y = model.forward(ids()) as Tensor;
    expect(y.dtype).toBe("float32");
    const relative = y.sub(exact).square().mean().sqrt().div(exact.square().mean().sqrt());
    expect(relative.item() as number).toBeLessThan(0.12);
    expect((net.fc1 as Linear).fp8State?.forward.scale.select(0, 0).item()).not.toBe(1);
  });

  it("keeps hooks that were registered before", () => {
    const net = new Net();
    const seen: string[] = [];
    const note = (module: nn.Module) => void seen.push(module.constructor.name);
    const handle = net.fc1.registerForwardHook(note);
    net.norm.registerForwardPreHook(note);
    const plain = net.fc1;
    const model = fabricOf().setup(net);
    model.forward(ids());
    expect(net.fc1).not.toBe(plain);
    expect(seen.splice(0)).toEqual(["LayerNorm", "Linear"]);
    handle.remove();
    model.forward(ids());
    expect(seen).toEqual(["LayerNorm"]);
  });

  it("replaces a model that is one Linear, subclasses, and layers in lists", () => {
    class Special extends nn.Linear {}
    const fabric = fabricOf();
    expect(fabric.setup(new nn.Linear(16, 16)).module).toBeInstanceOf(Linear);
    const list = new nn.Sequential(new Special(16, 16), new nn.Sequential(new nn.Linear(16, 32)));
    fabric.setup(list);
    expect(list.modules().filter((module) => module instanceof Linear)).toHaveLength(2);
  });

  it("leaves norms over several dimensions and those without a weight", () => {
    const net = new nn.Sequential(
      new nn.Linear(16, 16),
      new nn.LayerNorm([4, 16]),
      new nn.LayerNorm(16, { elementwiseAffine: false }),
    );
    const model = fabricOf().setup(net);
    expect((model.forward(torch.ones([4, 16])) as Tensor).shape).toEqual([4, 16]);
    expect(net.modules().some((module) => module instanceof LayerNorm)).toBe(false);
  });

  it("replaces nothing in a model that has layers of this package, or if told so", () => {
    const mixed = new nn.Sequential(new nn.Linear(16, 16), new Linear(16, 16));
    fabricOf().setup(mixed);
    expect(mixed.modules().filter((module) => module instanceof Linear)).toHaveLength(1);
    const net = new Net();
    expect(codeOf(() => fabricOf({ replaceLayers: false }).setup(net))).toBe(
      "FABRIC_CONFIG_NO_FP8",
    );
    expect(replaced(net)).toEqual([]);
  });

  it("refuses a model of which nothing would compute in FP8", () => {
    expect(codeOf(() => fabricOf().setup(new nn.Embedding(3, 4)))).toBe("FABRIC_CONFIG_NO_FP8");
    expect(() => fabricOf().setup(new nn.Linear(12, 10))).toThrow(
      /linear layers \(1\) are left \(in % 8 or out % 16 is not 0\)/,
    );
  });

  it("reports what it replaced, padded and skipped", () => {
    const tables: string[] = [];
    const net = new nn.Sequential(
      new nn.Linear(24, 32),
      new nn.Linear(32, 32),
      new nn.Linear(32, 10),
    );
    fabricOf({ report: (table) => tables.push(table) }).setup(net);
    const lines = (tables[0] as string).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^0 +Linear +32 x 24 +FP8, padded to multiples of 16$/);
    expect(lines[2]).toMatch(/^1 +Linear +32 x 32 +FP8$/);
    expect(lines[3]).toMatch(/^2 +Linear +10 x 32 +not in FP8: in % 8 or out % 16 is not 0$/);
    expect(fp8Layers(net).map(({ name, padded, skipped }) => [name, padded, skipped])).toEqual([
      ["0", true, null],
      ["1", false, null],
      ["2", false, "not one of this package's layers"],
    ]);
  });

  it("reports norms that were left, and layers of a model that has some of this package", () => {
    const table = (net: nn.Module, options: Partial<TransformerEngineOptions> = {}): string[] => {
      let text = "";
      const report = (t: string) => {
        text = t;
      };
      fabricOf({ report, ...options }).setup(net);
      return text.split("\n").slice(1);
    };
    const norms = new nn.Sequential(new nn.LayerNorm([4, 16]), new nn.Linear(16, 16));
    expect(table(norms)[0]).toMatch(
      /^0 +LayerNorm +4 x 16 +not in FP8: a norm over several dimensions$/,
    );
    const mixed = () => new nn.Sequential(new nn.Linear(16, 32), new Linear(32, 24));
    for (const [options, reason] of [
      [{}, "the model has layers of @fabric/precision-te already"],
      [{ replaceLayers: false }, "`replaceLayers` is false"],
    ] as const) {
      const [first, second] = table(mixed(), options);
      expect(first).toMatch(/^0 +Linear +32 x 16 +not in FP8: /);
      expect(first).toContain(reason);
      expect(second).toMatch(/^1 +Linear +24 x 32 +FP8, padded to multiples of 16$/);
    }
  });

  it("tells which layers are padded, also those that were there", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      const named = new (class extends nn.Module {
        paddedHere = new Linear(18, 16);
      })();
      fabricOf().setup(named);
      expect(write.mock.calls.flat().join("")).toMatch(/codes of `paddedHere` are padded/);
    } finally {
      write.mockRestore();
    }
  });

  it("leaves layers of nn.MultiheadAttention, which are not called", () => {
    class Attention extends nn.Module {
      mha = new nn.MultiheadAttention(16, 2);
      fc = new nn.Linear(16, 16);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(this.mha.forward(x, x, x)[0]);
      }
    }
    const net = new Attention();
    const tables: string[] = [];
    const model = fabricOf({ report: (table) => tables.push(table) }).setup(net);
    expect(net.mha.outProj).not.toBeInstanceOf(Linear);
    expect(net.fc).toBeInstanceOf(Linear);
    expect(tables[0]).toMatch(
      /mha\.out_proj .*not in FP8: nn\.MultiheadAttention reads its weight/,
    );
    expect((model.forward(torch.ones([3, 2, 16])) as Tensor).shape).toEqual([3, 2, 16]);
    const alone = new nn.MultiheadAttention(16, 2);
    expect(codeOf(() => fabricOf().setup(alone))).toBe("FABRIC_CONFIG_NO_FP8");
  });

  it("leaves layers that compute something else than the plain ones", () => {
    class Doubled extends nn.Linear {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(2);
      }
    }
    class Scaled extends nn.LayerNorm {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(3);
      }
    }
    class Adapted extends nn.Linear {
      lora = new nn.Parameter(torch.ones([2, 16]));
    }
    const net = new nn.Sequential(
      new Doubled(16, 16),
      new Scaled(16),
      new Adapted(16, 16),
      new nn.Linear(16, 16),
    );
    const before = net.modules().slice(1, 4);
    const tables: string[] = [];
    fabricOf({ report: (table) => tables.push(table) }).setup(net);
    const after = net.modules().slice(1);
    expect(after.slice(0, 3)).toEqual(before);
    expect(after[3]).toBeInstanceOf(Linear);
    for (const kind of ["Doubled", "Scaled", "Adapted"])
      expect(tables[0]).toContain(`not in FP8: ${kind} has a forward, parameters or modules`);
    expect(codeOf(() => fabricOf().setup(new Doubled(16, 16)))).toBe("FABRIC_CONFIG_NO_FP8");
  });

  it("changes nothing where it fails", () => {
    const net = new nn.Sequential(new nn.LayerNorm(12), new nn.Linear(12, 10));
    const before = net.modules();
    expect(codeOf(() => fabricOf().setup(net))).toBe("FABRIC_CONFIG_NO_FP8");
    expect(net.modules().every((module, i) => module === before[i])).toBe(true);
    expect(net.parameters().every(({ dtype }) => dtype === "float32")).toBe(true);
  });

  it("keeps ties", () => {
    const net = new nn.Sequential(new nn.Linear(16, 16), new nn.Linear(16, 16));
    (net.modules()[2] as nn.Linear).weight = (net.modules()[1] as nn.Linear).weight;
    fabricOf().setup(net);
    const [a, b] = net.modules().filter((module) => module instanceof Linear) as Linear[];
    expect(a?.weight).toBe(b?.weight);
  });
});

describe("options", () => {
  it("are checked one by one", () => {
    for (const [options, code] of [
      [{}, "FABRIC_CONFIG_DTYPE"],
      [{ weightsDtype: "int8" }, "FABRIC_CONFIG_DTYPE"],
      [{ weightsDtype: "bfloat16", fallbackComputeDtype: "float64" }, "FABRIC_CONFIG_DTYPE"],
      [{ weightsDtype: "bfloat16", recipe: { fp8_format: "HYBRID" } }, "FABRIC_CONFIG_OPTION"],
      [{ weightsDtype: "bfloat16", recipe: { fp8Format: "E5M2" } }, "FABRIC_CONFIG_RECIPE"],
      [{ weightsDtype: "bfloat16", recipe: "delayed" }, "FABRIC_CONFIG_RECIPE"],
      [{ weightsDtype: "bfloat16", replaceLayers: "yes" }, "FABRIC_CONFIG_OPTION"],
      [{ weightsDtype: "bfloat16", engine: "cutlass" }, "FABRIC_CONFIG_OPTION"],
      [{ weightsDtype: "bfloat16", report: 1 }, "FABRIC_CONFIG_OPTION"],
      [{ weightsDtype: "bfloat16", amaxReduction: "max" }, "FABRIC_CONFIG_OPTION"],
      [{ weightsDtype: "bfloat16", device: 5 }, "FABRIC_CONFIG_OPTION"],
      [{ weightsDtype: "bfloat16", device: "gpu" }, "FABRIC_CONFIG_OPTION"],
      [{ weights_dtype: "bfloat16" }, "FABRIC_CONFIG_OPTION"],
    ] as const)
      expect(
        codeOf(
          () => new TransformerEnginePrecision(options as unknown as TransformerEngineOptions),
        ),
      ).toBe(code);
  });

  it("leave no context open where entering one throws", () => {
    // Constructors check recipes; one that was changed afterwards is refused on entering.
    const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16" });
    Object.defineProperty(plugin, "recipe", { value: "delayed" });
    expect(codeOf(() => plugin.forwardContext())).toBe("FABRIC_CONFIG_RECIPE");
    expect([torch.getDefaultDtype(), torch.autocastState("cpu").enabled]).toEqual([
      "float32",
      false,
    ]);
  });

  it("describe what the rest computes in", () => {
    const described = (fallbackComputeDtype?: "float16" | "float32") =>
      new TransformerEnginePrecision({ weightsDtype: "bfloat16", fallbackComputeDtype }).describe();
    expect(described()).toContain("the rest in bfloat16");
    expect(described("float16")).toContain("the rest in float16");
    // Without autocast: in the dtype of the weights.
    expect(described("float32")).toContain("the rest in bfloat16");
    class Plain extends nn.Module {
      fp8 = new nn.Linear(16, 16);
      plain = new nn.Linear(16, 10);
      seen = "";
      override forward(x: Tensor): Tensor {
        const y = this.plain.forward(this.fp8.forward(x));
        this.seen = y.dtype;
        return y;
      }
    }
    const net = new Plain();
    fabricOf({ fallbackComputeDtype: "float32" })
      .setup(net)
      .forward(torch.ones([2, 16]));
    expect(net.seen).toBe("bfloat16");
  });

  it("say what multiplies, which recipes of blocks do in float32", () => {
    const say = (options: Partial<TransformerEngineOptions>): string =>
      new TransformerEnginePrecision({ weightsDtype: "bfloat16", ...options }).describe();
    const usual = `emulated by ${emulationDtype("cpu")} products, it has no FP8 units`;
    for (const kind of ["delayed", "current"] as const) {
      expect(say({ recipe: { kind } })).toContain(usual);
      expect(say({ recipe: { kind }, engine: "scaled_mm" })).toContain("by libtorch's _scaled_mm");
    }
    for (const kind of ["block", "mxfp8"] as const)
      for (const engine of ["auto", "scaled_mm"] as const)
        expect(say({ recipe: { kind }, engine })).toContain("emulated by float32 products");
  });

  it("copy a recipe's options, and pass a recipe through", () => {
    const options = { amaxHistoryLen: 16, fp8Format: "E4M3" } as const;
    const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe: options });
    expect(plugin.recipe).toBeInstanceOf(DelayedScaling);
    expect((plugin.recipe as DelayedScaling).amaxHistoryLen).toBe(16);
    expect(options).toEqual({ amaxHistoryLen: 16, fp8Format: "E4M3" });
    const recipe = new Float8CurrentScaling();
    expect(new TransformerEnginePrecision({ weightsDtype: "float16", recipe }).recipe).toBe(recipe);
  });

  it("aliases", () => {
    const environment = { accelerator: testDevice, device: "cpu" } as const;
    for (const [alias, dtype] of [
      ["transformer-engine", "bfloat16"],
      ["transformer-engine-float16", "float16"],
    ] as const) {
      const plugin = createPrecision(alias, environment) as TransformerEnginePrecision;
      expect([plugin.precision, plugin.weightsDtype]).toEqual([alias, dtype]);
      expect(plugin.describe()).toContain("FP8");
      expect(new Fabric({ accelerator: testDevice, precision: alias }).precision.precision).toBe(
        alias,
      );
    }
    expect(codeOf(() => createPrecision("fp8", environment))).toBe("FABRIC_CONFIG_PRECISION");
  });

  it("minFlops leaves small layers in 16 bits", () => {
    const net = new Net();
    // Three rows: 2 * 3 * 64 * 128 operations in either of the layers, counted without biases.
    const model = fabricOf({ minFlops: 49152 }).setup(net);
    model.forward(ids());
    expect((net.fc1 as Linear).fp8State).not.toBeNull();
    const other = new Net();
    fabricOf({ minFlops: 49153 }).setup(other).forward(ids());
    expect((other.fc1 as Linear).fp8State).toBeNull();
    expect(codeOf(() => fabricOf({ minFlops: -1 }))).toBe("FABRIC_CONFIG_OPTION");
  });

  it("evalFp8: false computes in 16 bits in evaluation mode", () => {
    const net = new Net();
    const model = fabricOf({ evalFp8: false }).setup(net);
    model.eval();
    torch.noGrad(() => model.forward(ids()));
    expect((net.fc1 as Linear).fp8State).toBeNull();
    model.train();
    model.forward(ids());
    expect((net.fc1 as Linear).fp8State).not.toBeNull();
  });
});

describe("initModule", () => {
  it("makes this package's layers with replaceLayers: true, of any size", () => {
    const net = fabricOf({ replaceLayers: true }).initModule(() => new Net());
    expect(replaced(net)).toEqual(["norm", "fc1", "fc2", "head"]);
    expect(net.head.weight.dtype).toBe("bfloat16");
    // They start as plain layers do: uniform, with a bias.
    expect(net.fc1.bias?.abs().max().item() as number).toBeGreaterThan(0.05);
    expect(replaced(fabricOf().initModule(() => new Net()))).toEqual([]);
    const plugin = new TransformerEnginePrecision({
      weightsDtype: "bfloat16",
      replaceLayers: true,
    });
    using _context = plugin.moduleInitContext();
    const meta = torch.device("meta", () => new Net());
    expect([meta.fc1.weight.device, meta.fc1 instanceof Linear]).toEqual(["meta", true]);
  });
});

describe("training", () => {
  for (const weightsDtype of ["bfloat16", "float16", "float32"] as const)
    for (const kind of ["delayed", "current", "block", "mxfp8"] as const)
      it(`${weightsDtype}, ${kind}: the loss falls`, () => {
        torch.manualSeed(1);
        const net = new nn.Sequential(new nn.Linear(16, 64), new nn.Tanh(), new nn.Linear(64, 16));
        const optimizer = new optim.SGD(net.parameters(), { lr: 1, momentum: 0.9 });
        const fabric = fabricOf({ weightsDtype, recipe: { kind } });
        const [model, opt] = fabric.setup(net, optimizer);
        const [x, target] = [torch.randn([64, 16]), torch.randn([64, 16])];
        const losses: number[] = [];
        for (let i = 0; i < 60; i++)
          torch.scope(() => {
            const loss = (model.forward(x) as Tensor).sub(target).square().mean();
            opt.zeroGrad();
            fabric.backward(loss);
            opt.step();
            losses.push(loss.item() as number);
          });
        expect(losses.at(-1) as number).toBeLessThan(0.6 * (losses[0] as number));
      });
});

describe("checkpoints", () => {
  it("resume with the scales, and load without them", async () => {
    const fabric = fabricOf({ recipe: { amaxHistoryLen: 4 } });
    const run = (model: { forward(x: Tensor): unknown }) => {
      const y = model.forward(ids()) as Tensor;
      fabric.backward(y.square().sum());
      return y;
    };
    const model = fabric.setup(new Net());
    for (let i = 0; i < 3; i++) run(model);
    const path = join(folder, "ckpt");
    await fabric.save(path, { model });
    const other = fabric.setup(new Net());
    await fabric.load(path, { model: other });
    for (let i = 0; i < 3; i++) expect(torch.equal(run(other), run(model))).toBe(true);
    const plain = new Fabric({ accelerator: testDevice });
    const float = plain.setup(new Net());
    await plain.load(path, { model: float }, { convert: true });
    expect((float.module as Net).fc1.weight.dtype).toBe("float32");
    const fresh = new Net();
    const converted = fabricOf().setup(new Net());
    (converted.module as Net).loadStateDict(fresh.stateDict());
    expect((converted.module as Net).fc1.weight.dtype).toBe("bfloat16");
  });
});
