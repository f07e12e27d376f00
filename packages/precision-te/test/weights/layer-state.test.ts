// State dicts of layers whose weights are FP8 codes: floats and codes, into either kind of layer, on meta and off it.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { type DType, nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { testDevice } from "../../../../tools/test-support/device.js";
import { castToFp8, currentScale } from "../../src/functional/index.js";
import {
  Fp8Weight,
  fp8Autocast,
  fp8StateDict,
  LayerNormMLP,
  Linear,
  quantizedModelInit,
  quantizeWeights_,
  TransformerEnginePrecision,
  TransformerLayer,
} from "../../src/index.js";

const current = { kind: "current" } as const;
const bytesOf = (t: Tensor): number[] => [
  ...(t.detach().cpu().contiguous().toTypedArray() as Uint8Array),
];
const codes = (model: nn.Module) =>
  model
    .parameters()
    .filter((p): p is Fp8Weight => p instanceof Fp8Weight)
    .map((weight) => ({ bytes: bytesOf(weight), factor: weight.scaleInv.item() }));

class Net extends nn.Module {
  first = new Linear(48, 32);
  mlp = new LayerNormMLP(32, 40);
  block = new TransformerLayer(32, 64, 4, { hiddenDropout: 0, attentionDropout: 0 });
  last = new nn.Linear(32, 4);
  override forward(x: Tensor): Tensor {
    return this.last.forward(this.block.forward(this.mlp.forward(this.first.forward(x))));
  }
}
/** One of the first layer, two of the MLP, four of the transformer's layer; the last layer is a plain one. */
const WEIGHTS = 7;

const held = (recipe: object = current) => quantizedModelInit({ recipe }, () => new Net());
const onMeta = () => torch.device("meta", () => held());

describe("floats into codes", () => {
  for (const dtype of ["float32", "bfloat16", "float16"] as const)
    it(`${dtype}: cast on arrival with their current scale`, () => {
      const float = new Net().to(dtype);
      const net = held();
      net.loadStateDict(float.stateDict());
      const made = castToFp8(float.mlp.fc2Weight, { scale: currentScale(float.mlp.fc2Weight) });
      const weight = net.mlp.fc2Weight as Fp8Weight;
      expect(bytesOf(weight)).toEqual(bytesOf(made.codes));
      expect(weight.scaleInv.item()).toBe(made.scaleInv.item());
      expect(weight.floatDtype).toBe("float32");
      const other = held();
      other.loadStateDict(float.stateDict(), { assign: true });
      expect((other.mlp.fc2Weight as Fp8Weight).floatDtype).toBe(dtype);
      expect(codes(other)).toEqual(codes(net));
    });

  it("of a plain layer, which has no scales", () => {
    const plain = new nn.Linear(16, 8);
    const layer = quantizedModelInit({}, () => new Linear(16, 8));
    layer.loadStateDict(plain.stateDict());
    expect(bytesOf(layer.weight)).toEqual(
      bytesOf(castToFp8(plain.weight, { scale: currentScale(plain.weight) }).codes),
    );
  });

  it("with the scales of delayed scaling that were saved beside them", () => {
    const float = new Linear(16, 8);
    const x = torch.randn([4, 16]);
    for (let i = 0; i < 2; i++) fp8Autocast({ recipe: {} }, () => float.forward(x));
    // The weight has changed since: its current scale is another one.
    torch.noGrad(() => float.weight.mul_(0.7));
    const evaluate = (layer: Linear) =>
      torch.noGrad(() => fp8Autocast({ recipe: {} }, () => layer.forward(x)));
    const expected = evaluate(float);
    const layer = quantizedModelInit({}, () => new Linear(16, 8));
    layer.loadStateDict(float.stateDict());
    expect(torch.equal(evaluate(layer), expected)).toBe(true);
    const now = quantizedModelInit({ recipe: current }, () => new Linear(16, 8));
    now.loadStateDict(float.stateDict());
    expect((now.weight as Fp8Weight).scaleInv.item()).toBe(
      castToFp8(float.weight, { scale: currentScale(float.weight) }).scaleInv.item(),
    );
  });
});

describe("codes into codes", () => {
  for (const recipe of [{}, current])
    it(`as floats, to the same codes (${recipe === current ? "current" : "delayed"})`, () => {
      for (const dtype of ["float32", "bfloat16"] as const) {
        const net = held(recipe).to(dtype);
        const other = held(recipe).to(dtype);
        const state = net.stateDict();
        expect(state["mlp.fc1_weight"]?.dtype).toBe(dtype);
        expect(Object.keys(state)).toEqual(Object.keys(new Net().stateDict()));
        other.loadStateDict(state);
        expect(codes(other)).toEqual(codes(net));
        expect(codes(net)).toHaveLength(WEIGHTS);
      }
    });

  it("as bytes, through a file", () => {
    const net = held();
    const state = fp8StateDict(net);
    expect([state["mlp.fc1_weight"]?.dtype, state["mlp.fc1_weight_scale_inv"]?.shape]).toEqual([
      "float8_e4m3fn",
      [1],
    ]);
    const path = join(mkdtempSync(join(tmpdir(), "fabric-te-")), "fp8.safetensors");
    torch.safetensors.save(path, state);
    for (const assign of [false, true]) {
      const other = held();
      other.loadStateDict(torch.safetensors.load(path), { assign });
      expect(codes(other)).toEqual(codes(net));
    }
    // The switch is off again.
    expect(net.stateDict()["mlp.fc1_weight"]?.dtype).toBe("float32");
    expect(fp8StateDict(net, { prefix: "model" })["model.first.weight_scale_inv"]).toBeDefined();
  });

  it("casts floats anew that were edited beyond the range of the saved codes", () => {
    const layer = quantizedModelInit({ recipe: current }, () => new Linear(16, 8));
    const state = layer.stateDict();
    state["weight"] = (state["weight"] as Tensor).mul(8);
    const before = codes(layer);
    layer.loadStateDict(state);
    expect(codes(layer)[0]?.bytes).toEqual(before[0]?.bytes);
    expect(codes(layer)[0]?.factor).toBeCloseTo(8 * (before[0]?.factor as number), 8);
  });
});

describe("codes into floats", () => {
  it("as floats or as bytes", () => {
    const net = held();
    for (const state of [net.stateDict(), fp8StateDict(net)]) {
      const float = new Net();
      float.loadStateDict(state);
      for (const [name, weight] of net.namedParameters())
        if (weight instanceof Fp8Weight)
          expect(torch.equal(weight.dequantize(), float.getParameter(name))).toBe(true);
      // Cast again they are the same codes; their factor may differ in its last bit.
      quantizeWeights_(float, { recipe: current });
      codes(float).forEach(({ bytes, factor }, i) => {
        const expected = codes(net)[i];
        expect(bytes).toEqual(expected?.bytes);
        expect((factor as number) / (expected?.factor as number)).toBeCloseTo(1, 6);
      });
    }
  });

  it("of a plain model, by convert: true", async () => {
    const fabric = new Fabric({
      accelerator: testDevice,
      plugins: [new TransformerEnginePrecision({ weightsDtype: "bfloat16" })],
    });
    const model = fabric.setup(held());
    const folder = mkdtempSync(join(tmpdir(), "fabric-te-"));
    await fabric.save(join(folder, "a"), { model });
    const other = fabric.setup(held());
    await fabric.load(join(folder, "a"), { model: other });
    expect(codes(other)).toEqual(codes(model));
    const plain = new Fabric({ accelerator: testDevice });
    const float = plain.setup(new Net());
    await plain.load(join(folder, "a"), { model: float }, { convert: true });
    const weight = (model.module as Net).first.weight as Fp8Weight;
    const { first } = float.module as Net;
    expect(torch.equal(first.weight, weight.dequantize().float())).toBe(true);
  });

  it("plainStateDict takes codes apart", () => {
    const layer = quantizedModelInit({ recipe: current }, () => new Linear(16, 8));
    const plugin = new TransformerEnginePrecision({ weightsDtype: "float32" });
    const plain = plugin.plainStateDict(fp8StateDict(layer));
    expect(Object.keys(plain)).toEqual(["weight", "bias"]);
    expect(torch.equal(plain["weight"] as Tensor, layer.weight.dequantize())).toBe(true);
  });
});

describe("a lazy state dict", () => {
  it("fills codes layer by layer", () => {
    const source = held();
    for (const state of [source.stateDict(), fp8StateDict(source)]) {
      const lazy = {
        keys: () => Object.keys(state),
        has: (key: string) => key in state,
        // A new tensor each time, which ends with the layer that asked for it.
        get: (key: string) => (state[key] as Tensor).clone(),
      };
      const net = onMeta();
      net.loadStateDict(lazy, { assign: true });
      expect(codes(net)).toEqual(codes(source));
      const x = torch.randn([5, 2, 48]);
      const run = (model: Net) =>
        torch.noGrad(() => fp8Autocast({ recipe: current }, () => model.forward(x)));
      expect(torch.equal(run(net), run(source))).toBe(true);
    }
  });
});

describe("on meta", () => {
  const states = { floats: (net: Net) => net.stateDict(), bytes: (net: Net) => fp8StateDict(net) };
  for (const [kind, stateOf] of Object.entries(states)) {
    it(`takes ${kind} with assign`, () => {
      const source = held();
      const net = onMeta();
      net.loadStateDict(stateOf(source), { assign: true });
      expect(codes(net)).toEqual(codes(source));
      expect(net.parameters().every(({ device }) => device === "cpu")).toBe(true);
    });

    it(`takes ${kind} after toEmpty`, () => {
      const source = held();
      const net = onMeta().toEmpty({ device: "cpu" });
      const x = torch.randn([5, 2, 48]);
      const run = (model: Net) =>
        torch.noGrad(() => fp8Autocast({ recipe: current }, () => model.forward(x)));
      expect(codeOf(() => run(net))).toBe("FABRIC_USAGE_NOT_LOADED");
      net.first.resetParameters();
      expect((net.first.weight as Fp8Weight).isLoaded).toBe(true);
      net.loadStateDict(stateOf(source));
      expect(codes(net)).toEqual(codes(source));
      expect(torch.equal(run(net), run(source))).toBe(true);
    });
  }

  it("a float model takes bytes with assign", () => {
    const source = held();
    const net = torch.device("meta", () => new Net());
    net.loadStateDict(fp8StateDict(source), { assign: true });
    const expected = source.stateDict();
    for (const [key, value] of Object.entries(net.stateDict()))
      if (!key.endsWith("_extra_state"))
        expect([key, torch.equal(value, expected[key] as Tensor)]).toEqual([key, true]);
  });

  it("wants assign or toEmpty", () => {
    const layer = torch.device("meta", () => quantizedModelInit({}, () => new Linear(16, 8)));
    expect(layer.weight.device).toBe("meta");
    expect(codeOf(() => layer.loadStateDict(new Linear(16, 8).stateDict()))).toBe(
      "FABRIC_CHECKPOINT_SHAPE",
    );
    expect(layer.stateDict()["weight"]?.dtype).toBe("float32");
  });

  it("with emptyInit there is only room", () => {
    const plugin = new TransformerEnginePrecision({
      weightsDtype: "bfloat16",
      replaceLayers: true,
    });
    const fabric = new Fabric({ accelerator: testDevice, plugins: [plugin] });
    const make = (emptyInit: boolean) =>
      quantizedModelInit({ recipe: current }, () =>
        fabric.initModule({ emptyInit }, () => new nn.Sequential(new nn.Linear(16, 8))),
      );
    const weightOf = (net: nn.Module) => (net.children()[0] as Linear).weight as Fp8Weight;
    expect(weightOf(make(true)).isLoaded).toBe(false);
    const weight = weightOf(make(false));
    expect([weight.isLoaded, weight.floatDtype]).toEqual([true, "bfloat16"]);
    // A layer in the place of a plain one is drawn as that is: uniform, in +-1/4.
    expect(weight.dequantize().abs().max().item() as number).toBeGreaterThan(0.15);
  });
});

describe("what does not fit", () => {
  const layer = () => quantizedModelInit({ recipe: current }, () => new Linear(16, 8));
  const load = (change: (state: Record<string, Tensor>) => void) => {
    const state = fp8StateDict(layer());
    change(state);
    return codeOf(() => layer().loadStateDict(state));
  };
  it("is named, and nothing is loaded", () => {
    expect(load(() => {})).toBe("nothing thrown");
    for (const change of [
      (state: Record<string, Tensor>) => delete state["weight_scale_inv"],
      (state: Record<string, Tensor>) => {
        state["weight_scale_inv"] = torch.ones([8]);
      },
      (state: Record<string, Tensor>) => {
        state["weight"] = torch.zeros([8, 16]);
      },
      (state: Record<string, Tensor>) => {
        state["weight"] = (state["weight"] as Tensor).t();
      },
    ])
      expect(load(change)).toBe("FABRIC_CHECKPOINT_SHAPE");
    expect(load((state) => delete state["weight"])).toBe("FABRIC_CHECKPOINT_KEYS");
    const integers = { weight: torch.zeros([8, 16], { dtype: "int8" }), bias: torch.zeros([8]) };
    expect(codeOf(() => layer().loadStateDict(integers))).toBe("FABRIC_CHECKPOINT_SHAPE");
  });

  it("parts of queries, keys and values with scales of their own are joined", () => {
    const net = held();
    const state = fp8StateDict(net);
    const key = "block.self_attention.layernorm_qkv.query_weight";
    const dtype: DType | undefined = state[key]?.dtype;
    expect(dtype).toBe("float8_e4m3fn");
    state[`${key}_scale_inv`] = (state[`${key}_scale_inv`] as Tensor).mul(2);
    const other = held();
    other.loadStateDict(state);
    const rows = (model: Net) =>
      (model.block.selfAttention.layernormQkv.weight as Fp8Weight).dequantize().slice(0, 0, 32);
    const error = rows(other).sub(rows(net).mul(2)).abs().max().item() as number;
    // The doubled rows are cast anew with the scale of all: half a unit in the last of 4 digits.
    expect(error).toBeLessThanOrEqual(2 ** -4 * 2 * (rows(net).abs().max().item() as number));
  });
});
