// The plugin: what it converts, spares, refuses and saves, and training adapters beside frozen 4-bit weights.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric, torch } from "@fabric/core";
import { nn, optim, type Tensor } from "@fabric/torch";
import { afterAll, describe, expect, it } from "vitest";
import { codeOf } from "../../../tools/test-support/code-of.js";
import { testDevice } from "../../../tools/test-support/device.js";
import {
  type BitsandbytesOptions,
  BitsandbytesPrecision,
  nn as bnb,
  createPrecision,
  dequantize,
  functional,
  quantizedLayers,
} from "../src/index.js";

const MODES = ["nf4", "nf4-dq", "fp4", "fp4-dq"] as const;
const folder = mkdtempSync(join(tmpdir(), "fabric-bnb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Net extends nn.Module {
  emb = new nn.Embedding(10, 64);
  norm = new nn.LayerNorm(64);
  fc1 = new nn.Linear(64, 128);
  fc2 = new nn.Linear(128, 64);
  lm_head = new nn.Linear(64, 10);
  override forward(x: Tensor): Tensor {
    const h = this.norm.forward(this.emb.forward(x));
    return this.lm_head.forward(this.fc2.forward(torch.relu(this.fc1.forward(h))));
  }
}

function fabricOf(options: Partial<BitsandbytesOptions> = {}): Fabric {
  return new Fabric({
    accelerator: testDevice,
    plugins: [new BitsandbytesPrecision({ mode: "nf4", ...options })],
  });
}

const ids = () => torch.tensor([[1, 2, 3]], { dtype: "int64" });

describe("setup", () => {
  it("keeps hooks that were registered before", () => {
    for (const mode of ["nf4", "int8"] as const) {
      const net = new Net();
      const seen: string[] = [];
      const handle = net.fc1.registerForwardHook((layer) => void seen.push(layer.constructor.name));
      const model = fabricOf({ mode }).setup(net);
      model.forward(ids());
      expect(seen.splice(0)).toEqual([mode === "nf4" ? "Linear4bit" : "Linear8bitLt"]);
      handle.remove();
      model.forward(ids());
      expect(seen).toEqual([]);
    }
  });

  for (const mode of MODES)
    it(`${mode}: quantises every Linear through float16, casts the rest, and still computes`, () => {
      const net = new Net();
      const weight = net.fc1.weight.detach().clone();
      const exact = torch.noGrad(() => net.forward(ids()));
      const model = fabricOf({ mode }).setup(net);
      const layer = net.fc1 as unknown as bnb.Linear4bit;
      expect(layer).toBeInstanceOf(bnb.Linear4bit);
      const [packed, state] = functional.quantize4bit(weight.half(), {
        quantType: mode.startsWith("nf4") ? "nf4" : "fp4",
        compressStatistics: mode.endsWith("dq"),
      });
      expect(layer.weight.eq(packed).all().item()).toBe(true);
      expect(layer.weight.quantState?.dtype).toBe("float16");
      expect(layer.dequantize().eq(functional.dequantize4bit(packed, state)).all().item()).toBe(
        true,
      );
      expect([net.emb.weight.dtype, net.norm.weight.dtype, layer.bias?.dtype]).toEqual([
        "bfloat16",
        "bfloat16",
        "bfloat16",
      ]);
      const y = model.forward(ids()) as Tensor;
      expect(y.dtype).toBe("float32");
      // Errors of 9 % (NF4) or 12 % (FP4) of a weight, averaged over rows of 64 and 128, three layers deep.
      const size = exact.square().mean().sqrt().item() as number;
      expect(y.sub(exact).square().mean().sqrt().item() as number).toBeLessThan(0.35 * size);
    });

  it("int8: codes by rows of every Linear, the rest in float16", () => {
    const net = new Net();
    const weight = net.fc1.weight.detach().clone();
    const exact = torch.noGrad(() => net.forward(ids()));
    const model = fabricOf({ mode: "int8" }).setup(net);
    const layer = net.fc1 as unknown as bnb.Linear8bitLt;
    expect([layer.constructor, layer.threshold]).toEqual([bnb.Linear8bitLt, 6]);
    const [codes, scales] = functional.int8VectorwiseQuant(weight.half());
    const { SCB } = layer.weight as bnb.Int8Params;
    expect(layer.weight.eq(codes).all().item()).toBe(true);
    expect(SCB?.eq(scales).all().item()).toBe(true);
    expect(layer.weight.requiresGrad).toBe(false);
    expect([net.emb.weight.dtype, net.norm.weight.dtype, layer.bias?.dtype]).toEqual([
      "float16",
      "float16",
      "float16",
    ]);
    const y = model.forward(ids()) as Tensor;
    expect(y.dtype).toBe("float32");
    // A code is off by at most 1/254 of the largest of its row: about 1 % of a typical value, inputs alike, three layers deep.
    const size = exact.square().mean().sqrt().item() as number;
    expect(y.sub(exact).square().mean().sqrt().item() as number).toBeLessThan(0.04 * size);
  });

  it("int8-training: keeps the weights, as float16, and trains them", () => {
    torch.manualSeed(0);
    const net = new Net();
    const [model, optimizer] = fabricOf({ mode: "int8-training" }).setup(
      net,
      new optim.SGD(net.parameters(), { lr: 0.05 }),
    );
    const layer = net.fc1 as unknown as bnb.Linear8bitLt;
    expect(layer).toBeInstanceOf(bnb.Linear8bitLt);
    expect([layer.weight.dtype, layer.weight.requiresGrad]).toEqual(["float16", true]);
    const target = torch.tensor([[4, 5, 6]], { dtype: "int64" });
    const losses: number[] = [];
    for (let step = 0; step < 20; step++) {
      const loss = torch.functional.crossEntropy(
        (model.forward(ids()) as Tensor).flatten(0, 1),
        target.flatten(),
      );
      loss.backward();
      optimizer.step();
      optimizer.zeroGrad();
      losses.push(loss.item() as number);
    }
    expect(losses.at(-1) as number).toBeLessThan(0.7 * (losses[0] as number));
  });

  it("int8-training: gradients are those of the float model, but for the rounding to int8", () => {
    torch.manualSeed(3);
    const float = new Net().double();
    const net = new Net();
    net.loadStateDict(float.stateDict());
    const model = fabricOf({ mode: "int8-training" }).setup(net);
    float.forward(ids()).square().mean().backward();
    // A loss scale keeps small gradients out of float16's subnormal numbers.
    (model.forward(ids()) as Tensor).square().mean().mul(1024).backward();
    for (const name of ["fc1.weight", "fc1.bias", "fc2.weight", "lm_head.weight", "emb.weight"]) {
      const expected = float.getParameter(name).grad as Tensor;
      const received = (net.getParameter(name).grad as Tensor).double().div(1024);
      const cosine = torch.functional.cosineSimilarity(expected.flatten(), received.flatten(), {
        dim: 0,
      });
      expect(cosine.item() as number, name).toBeGreaterThan(0.995);
      const ratio = received.norm().div(expected.norm()).item() as number;
      expect(Math.abs(ratio - 1), name).toBeLessThan(0.05);
    }
  });

  it("quantises nothing before the model reaches the device", () => {
    const net = new Net();
    fabricOf().setup(net, { moveToDevice: false });
    expect(net.fc1.weight.dtype).toBe("float32");
    net.to("cpu");
    expect(net.fc1.weight.dtype).toBe("uint8");
  });

  it("converts once", () => {
    const plugin = new BitsandbytesPrecision({ mode: "nf4" });
    const net = plugin.convertModule(new Net());
    const layer = net.fc1;
    expect(plugin.convertModule(net).fc1).toBe(layer);
  });

  it("takes a model that is one Linear", () => {
    const model = fabricOf().setup(new nn.Linear(64, 8));
    expect((model.forward(torch.randn([2, 64])) as Tensor).shape).toEqual([2, 8]);
    expect(quantizedLayers(model.module as nn.Module).map(({ name }) => name)).toEqual([""]);
  });

  it("spares names, prefixes, patterns, expressions and what a function says", () => {
    const kinds = (ignoreModules: BitsandbytesOptions["ignoreModules"]) => {
      const net = new Net();
      new BitsandbytesPrecision({ mode: "nf4", ignoreModules }).convertModule(net);
      return ["fc1", "fc2", "lm_head"].filter(
        (name) => !(net.getSubmodule(name) instanceof bnb.Linear4bit),
      );
    };
    expect(kinds(["lm_head"])).toEqual(["lm_head"]);
    expect(kinds(new Set(["lm"]))).toEqual(["lm_head"]);
    expect(kinds(["fc"])).toEqual(["fc1", "fc2"]);
    expect(kinds(["*2"])).toEqual(["fc2"]);
    expect(kinds([/^fc1$/g, "lm_head"])).toEqual(["fc1", "lm_head"]);
    expect(
      kinds([(name, module) => name !== "" && (module as nn.Linear).outFeatures === 10]),
    ).toEqual(["lm_head"]);
    expect(kinds(["nothing"])).toEqual([]);
    expect(codeOf(() => kinds(["fc", "lm_head"]))).toBe("FABRIC_CONFIG_NO_LINEAR");
  });

  it("spares a head that is tied to the embedding, and keeps two tied layers tied", () => {
    class Tied extends nn.Module {
      emb = new nn.Embedding(10, 64);
      a = new nn.Linear(64, 64);
      b = new nn.Linear(64, 64);
      head = new nn.Linear(64, 10, { bias: false });
      constructor() {
        super();
        this.head.weight = this.emb.weight;
        this.b.weight = this.a.weight;
      }
      override forward(x: Tensor): Tensor {
        return this.head.forward(this.b.forward(this.a.forward(this.emb.forward(x))));
      }
    }
    const net = new Tied();
    const model = fabricOf().setup(net);
    expect(net.head).not.toBeInstanceOf(bnb.Linear4bit);
    expect(net.head.weight).toBe(net.emb.weight);
    expect(net.b.weight).toBe(net.a.weight);
    expect((model.forward(ids()) as Tensor).shape).toEqual([1, 3, 10]);
  });

  it("does not lose weights that float16 cannot hold", () => {
    const net = new nn.Linear(64, 8);
    torch.noGrad(() => net.weight.mul_(1e7));
    const exact = net.weight.detach().clone();
    const model = fabricOf().setup(net);
    const layer = model.module as unknown as bnb.Linear4bit;
    expect(layer.weight.quantState?.dtype).toBe("float32");
    const error = layer.dequantize().sub(exact).square().mean().sqrt().item() as number;
    expect(error).toBeLessThan(0.15 * (exact.square().mean().sqrt().item() as number));
  });

  it("spares the projection that attention reads as floats", () => {
    for (const mode of ["nf4", "int8"] as const) {
      const layer = new nn.TransformerEncoderLayer(64, 4, { dimFeedforward: 64 });
      const model = fabricOf({ mode }).setup(layer);
      expect((model.forward(torch.randn([5, 2, 64])) as Tensor).shape).toEqual([5, 2, 64]);
      expect(quantizedLayers(layer).map(({ name }) => name)).toEqual(["linear1", "linear2"]);
    }
  });

  it("spares a linear layer with a forward of its own", () => {
    class Scaled extends nn.Linear {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(100);
      }
    }
    const net = new nn.Sequential(new Scaled(64, 64), new nn.Linear(64, 64));
    fabricOf().setup(net);
    expect(quantizedLayers(net).map(({ name }) => name)).toEqual(["1"]);
  });

  it("keeps what it is told to keep", () => {
    const net = new Net();
    fabricOf({ keepInDtype: { "norm.*": "float32" } }).setup(net);
    expect([net.norm.weight.dtype, net.emb.weight.dtype]).toEqual(["float32", "bfloat16"]);
  });

  it("says that int8-training stores nothing in fewer bits", () => {
    const tables: string[] = [];
    fabricOf({ mode: "int8-training", report: (table) => tables.push(table) }).setup(new Net());
    expect(tables).toEqual([
      "3 linear layers compute in int8; their weights stay float16, so nothing takes fewer bytes.",
    ]);
  });

  it("int8-training: refuses weights that float16 cannot hold, by name, unless they stay wider", () => {
    const net = new Net();
    torch.noGrad(() => net.fc2.weight.select(0, 0).fill_(1e5));
    const message = (() => {
      try {
        fabricOf({ mode: "int8-training" }).setup(net);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    })();
    expect(message).toContain("`fc2.weight` holds 100000");
    const wide = new Net();
    torch.noGrad(() => wide.fc2.weight.select(0, 0).fill_(1e5));
    const keepInDtype = { "fc2.weight": "float32" } as const;
    fabricOf({ mode: "int8-training", keepInDtype }).setup(wide);
    expect([wide.fc2.weight.dtype, wide.fc2.weight.amax().item()]).toEqual(["float32", 1e5]);
  });

  it("prints a table when the last layer is quantised", () => {
    const tables: string[] = [];
    fabricOf({ mode: "nf4-dq", report: (table) => tables.push(table) }).setup(new Net());
    expect(tables).toHaveLength(1);
    const lines = (tables[0] as string).split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^fc1 +Linear4bit nf4-dq +16384 +\d+ +\d\.\d\d %$/);
    expect(lines[4]).toMatch(/^total +3 layers/);
  });

  it("refuses a model without Linear, bad modes, dtypes and options", () => {
    expect(codeOf(() => fabricOf().setup(new nn.LayerNorm(3)))).toBe("FABRIC_CONFIG_NO_LINEAR");
    for (const [options, code] of [
      [{ mode: "nf5" }, "FABRIC_CONFIG_MODE"],
      [{}, "FABRIC_CONFIG_MODE"],
      [{ mode: "toString" }, "FABRIC_CONFIG_MODE"],
      [{ mode: "int8", dtype: "bfloat16" }, "FABRIC_CONFIG_DTYPE"],
      [{ mode: "nf4", dtype: "int8" }, "FABRIC_CONFIG_DTYPE"],
      [{ mode: "nf4", ignoreModules: "lm_head" }, "FABRIC_CONFIG_IGNORE_MODULES"],
      [{ mode: "nf4", ignoreModules: [3] }, "FABRIC_CONFIG_IGNORE_MODULES"],
      [{ mode: "nf4", keepInDtype: { a: "int8" } }, "FABRIC_CONFIG_KEEP_IN_DTYPE"],
      [{ mode: "nf4", report: 1 }, "FABRIC_CONFIG_OPTION"],
      [{ mode: "nf4", ignore: [] }, "FABRIC_CONFIG_OPTION"],
    ] as const)
      expect(
        codeOf(() => new BitsandbytesPrecision(options as unknown as BitsandbytesOptions)),
      ).toBe(code);
  });
});

describe("initModule", () => {
  it("makes quantised layers, one at a time", () => {
    const fabric = fabricOf({ mode: "nf4-dq" });
    const net = fabric.initModule(() => new Net());
    expect(net.fc1).toBeInstanceOf(bnb.Linear4bit);
    expect(net.fc1.weight.dtype).toBe("uint8");
    const model = fabric.setup(net);
    expect((model.forward(ids()) as Tensor).shape).toEqual([1, 3, 10]);
  });

  it("on meta, then loaded: float and packed weights", () => {
    const plugin = new BitsandbytesPrecision({ mode: "nf4-dq" });
    const make = () => {
      using _context = plugin.moduleInitContext();
      return torch.device("meta", () => new Net());
    };
    const source = new Net();
    const net = make();
    expect(net.fc1.weight.device).toBe("meta");
    net.toEmpty({ device: "cpu" });
    net.loadStateDict(source.stateDict());
    const again = make();
    again.toEmpty({ device: "cpu" });
    again.loadStateDict(net.stateDict());
    expect(again.fc1.weight.eq(net.fc1.weight).all().item()).toBe(true);
  });

  it("leaves a head alone that is tied to the embedding inside", () => {
    class Tied extends Net {
      constructor() {
        super();
        this.lm_head.weight = this.emb.weight;
      }
    }
    for (const mode of ["nf4", "int8"] as const) {
      const fabric = fabricOf({ mode });
      const model = fabric.setup(fabric.initModule(() => new Tied()));
      const net = model.module as Tied;
      expect(net.lm_head.constructor).toBe(nn.Linear);
      expect(net.lm_head.weight).toBe(net.emb.weight);
      expect((model.forward(ids()) as Tensor).shape).toEqual([1, 3, 10]);
    }
  });

  it("refuses to spare layers that have no name yet", () => {
    expect(codeOf(() => fabricOf({ ignoreModules: ["lm_head"] }).initModule(() => new Net()))).toBe(
      "FABRIC_CONFIG_IGNORE_MODULES",
    );
  });
});

describe("checkpoints", () => {
  it("are saved and loaded packed, bit for bit, and convert to other precisions", async () => {
    const fabric = fabricOf({ mode: "nf4-dq" });
    const model = fabric.setup(new Net());
    const path = join(folder, "ckpt");
    await fabric.save(path, { model });
    const other = fabric.setup(new Net());
    await fabric.load(path, { model: other });
    expect(
      (other.forward(ids()) as Tensor)
        .eq(model.forward(ids()) as Tensor)
        .all()
        .item(),
    ).toBe(true);
    const plain = new Fabric({ accelerator: testDevice });
    const float = plain.setup(new Net());
    await plain.load(path, { model: float }, { convert: true });
    const expected = (model.module as Net).fc1 as unknown as bnb.Linear4bit;
    expect((float.module as Net).fc1.weight.half().eq(expected.dequantize()).all().item()).toBe(
      true,
    );
  });

  for (const mode of ["int8", "int8-training"] as const)
    it(`of ${mode} are saved, loaded and converted`, async () => {
      const fabric = fabricOf({ mode });
      const model = fabric.setup(new Net());
      const path = join(folder, mode);
      await fabric.save(path, { model });
      const other = fabric.setup(new Net());
      await fabric.load(path, { model: other });
      const expected = model.forward(ids()) as Tensor;
      expect((other.forward(ids()) as Tensor).eq(expected).all().item()).toBe(true);
      const plain = new Fabric({ accelerator: testDevice });
      const float = plain.setup(new Net());
      await plain.load(path, { model: float }, { convert: true });
      const layer = (model.module as Net).fc1 as unknown as bnb.Linear8bitLt;
      const weight = mode === "int8" ? layer.dequantize() : layer.weight;
      expect((float.module as Net).fc1.weight.half().eq(weight.half()).all().item()).toBe(true);
    });

  it("int8 becomes float32 where float16 cannot hold it", async () => {
    const fabric = fabricOf({ mode: "int8" });
    const source = new nn.Linear(4, 4);
    torch.noGrad(() => source.weight.fill_(1e5).select(0, 1).fill_(1e-9));
    const model = fabric.setup(source);
    const path = join(folder, "wide");
    await fabric.save(path, { model });
    const plain = new Fabric({ accelerator: testDevice });
    const float = plain.setup(new nn.Linear(4, 4));
    await plain.load(path, { model: float }, { convert: true });
    const column = (float.module as nn.Linear).weight.select(1, 0);
    const expected = torch.tensor([1e5, 1e-9, 1e5, 1e5]);
    expect(torch.allclose(column, expected, { rtol: 1e-6, atol: 0 })).toBe(true);
    const [layer] = quantizedLayers(model.module as nn.Module);
    expect(layer?.kind).toBe("Linear8bitLt int8");
  });

  it("by alias", () => {
    for (const mode of MODES) {
      const plugin = createPrecision(mode, { accelerator: testDevice, device: "cpu" });
      expect(plugin.precision).toBe(mode);
      expect(plugin.describe()).toContain("4 bits");
    }
    for (const mode of ["int8", "int8-training"]) {
      const plugin = createPrecision(mode, { accelerator: testDevice, device: "cpu" });
      expect(plugin.precision).toBe(mode);
      expect(plugin.describe()).toContain("int8");
    }
  });

  it("a dequantised model computes the same", () => {
    const fabric = fabricOf({ dtype: "float32" });
    const model = fabric.setup(new Net());
    const before = model.forward(ids()) as Tensor;
    const plain = dequantize(model.module as nn.Module, "float32") as Net;
    expect(plain.fc1.constructor).toBe(nn.Linear);
    // The weights are those of the state, float16 once more rounded.
    expect(plain.forward(ids()).sub(before).abs().max().item()).toBeLessThan(2e-3);
  });
});

describe("training adapters beside frozen weights", () => {
  class LoRA extends nn.Module {
    base: nn.Linear;
    a = new nn.Linear(64, 4, { bias: false });
    b = new nn.Linear(4, 64, { bias: false });
    constructor(base: nn.Linear) {
      super();
      this.base = base;
      torch.noGrad(() => this.b.weight.zero_());
    }
    override forward(x: Tensor): Tensor {
      return this.base.forward(x).add(this.b.forward(this.a.forward(x)));
    }
  }

  it("lowers the loss, moves the adapters only, and drops frozen weights from the optimizer", () => {
    torch.manualSeed(0);
    const net = new nn.Sequential(
      new LoRA(new nn.Linear(64, 64)),
      new nn.ReLU(),
      new LoRA(new nn.Linear(64, 64)),
    );
    const optimizer = new optim.AdamW(net.parameters(), { lr: 1e-2 });
    const fabric = fabricOf({ mode: "nf4-dq", ignoreModules: ["**.a", "**.b"] });
    const [model, opt] = fabric.setup(net, optimizer);
    const frozen = net.parameters().filter((parameter) => !parameter.requiresGrad);
    expect(frozen).toHaveLength(2);
    const before = frozen.map((parameter) => parameter.detach().clone());
    const x = torch.randn([32, 64]);
    const target = torch.randn([32, 64]);
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) {
      const loss = (model.forward(x) as Tensor).sub(target).square().mean();
      fabric.backward(loss);
      opt.step();
      opt.zeroGrad();
      losses.push(loss.item() as number);
    }
    expect(losses.at(-1) as number).toBeLessThan(0.8 * (losses[0] as number));
    expect(
      frozen.every((parameter, i) =>
        parameter
          .eq(before[i] as Tensor)
          .all()
          .item(),
      ),
    ).toBe(true);
  });
});
