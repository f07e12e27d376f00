// TransformerLayer: against its parts, keys, masks, groups, formats, and near its values without FP8.
import * as torch from "@fabric/torch";
import { functional as F, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { fp8Autocast, TransformerLayer, type TransformerLayerOptions } from "../../src/index.js";
import { distance } from "../support/model.js";

const quiet = { hiddenDropout: 0, attentionDropout: 0 } as const;

function make(options: TransformerLayerOptions = {}): TransformerLayer {
  torch.manualSeed(1);
  const layer = new TransformerLayer(32, 64, 4, { ...quiet, ...options });
  torch.noGrad(() => {
    for (const parameter of layer.parameters())
      if (parameter.ndim === 2) parameter.copy_(torch.randn([...parameter.shape]).mul(0.2));
  });
  return layer;
}

/** Written out from a state dict with three parts, for `[s, b, h]`. */
function exact(layer: TransformerLayer, x: Tensor, groups: number, isCausal: boolean): Tensor {
  const state = layer.stateDict();
  const of = (name: string): Tensor => state[name] as Tensor;
  const attention = "self_attention.layernorm_qkv";
  const [s, b] = x.shape as [number, number];
  const normal = (t: Tensor, prefix: string) =>
    torch.layerNorm(t, [32], of(`${prefix}layer_norm_weight`), of(`${prefix}layer_norm_bias`));
  const n = normal(x, `${attention}.`);
  const [q, k, v] = ["query", "key", "value"].map((part, i) => {
    const y = F.linear(n, of(`${attention}.${part}_weight`), of(`${attention}.${part}_bias`));
    const heads = y.view([s, b, i === 0 ? 4 : groups, 8]).permute([1, 2, 0, 3]);
    return i === 0 ? heads : heads.repeatInterleave(4 / groups, 1);
  }) as [Tensor, Tensor, Tensor];
  let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(8));
  if (isCausal) {
    const later = torch.ones([s, s], { dtype: "bool" }).triu(1);
    scores = scores.maskedFill(later, Number.NEGATIVE_INFINITY);
  }
  const mixed = scores.softmax(-1).matmul(v).permute([2, 0, 1, 3]).reshape([s, b, 32]);
  const projected = F.linear(
    mixed,
    of("self_attention.proj.weight"),
    of("self_attention.proj.bias"),
  );
  const h = x.add(projected);
  const mlp = "layernorm_mlp.";
  const inner = F.linear(normal(h, mlp), of(`${mlp}fc1_weight`), of(`${mlp}fc1_bias`));
  const active = F.gelu(inner, { approximate: "tanh" });
  return h.add(F.linear(active, of(`${mlp}fc2_weight`), of(`${mlp}fc2_bias`)));
}

describe("TransformerLayer", () => {
  for (const groups of [4, 2, 1])
    for (const selfAttnMaskType of ["causal", "no_mask"] as const)
      it(`${groups} groups, ${selfAttnMaskType}: the parts written out, and FP8 near them`, () => {
        const layer = make({ numGqaGroups: groups, selfAttnMaskType });
        const x = torch.randn([6, 3, 32]);
        const right = exact(layer, x, groups, selfAttnMaskType === "causal");
        expect(distance(layer.forward(x), right)).toBeLessThan(1e-5);
        const y = fp8Autocast({ recipe: { kind: "current" } }, () => layer.forward(x));
        // Four linear maps of 0.999 each.
        expect(F.cosineSimilarity(y.flatten(), right.flatten(), { dim: 0 }).item()).toBeGreaterThan(
          0.997,
        );
      });

  it("takes batches first, and masks", () => {
    const layer = make({ selfAttnMaskType: "arbitrary" });
    const first = make({ attnInputFormat: "bshd" });
    const x = torch.randn([6, 3, 32]);
    const attentionMask = torch.ones([6, 6], { dtype: "bool" }).triu(1);
    const y = layer.forward(x, { attentionMask });
    expect(distance(first.forward(x.transpose(0, 1)), y.transpose(0, 1))).toBeLessThan(1e-5);
    expect(codeOf(() => layer.forward(x))).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(codeOf(() => first.forward(x, { attentionMask }))).toBe("FABRIC_CONFIG_ARGUMENT");
  });

  it("has Transformer Engine's keys, three parts or one, and loads them", () => {
    const layer = make();
    const state = layer.stateDict();
    expect(Object.keys(state).sort()).toEqual(
      [
        "self_attention.layernorm_qkv.layer_norm_weight",
        "self_attention.layernorm_qkv.layer_norm_bias",
        ...["query", "key", "value"].flatMap((part) => [
          `self_attention.layernorm_qkv.${part}_weight`,
          `self_attention.layernorm_qkv.${part}_bias`,
        ]),
        "self_attention.layernorm_qkv._extra_state",
        "self_attention.core_attention._extra_state",
        "self_attention.proj.weight",
        "self_attention.proj.bias",
        "self_attention.proj._extra_state",
        ...["layer_norm_weight", "layer_norm_bias", "fc1_weight", "fc1_bias"].map(
          (name) => `layernorm_mlp.${name}`,
        ),
        "layernorm_mlp.fc2_weight",
        "layernorm_mlp.fc2_bias",
        "layernorm_mlp._extra_state",
      ].sort(),
    );
    const other = new TransformerLayer(32, 64, 4, quiet);
    expect(other.loadStateDict(state)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    const x = torch.randn([4, 2, 32]);
    expect(torch.equal(other.forward(x), layer.forward(x))).toBe(true);
    const plain = Object.fromEntries(
      Object.entries(state).filter(([key]) => !key.endsWith("_extra_state")),
    );
    expect(other.loadStateDict(plain).missingKeys).toEqual([]);
    const { "self_attention.layernorm_qkv.key_weight": _, ...without } = plain;
    expect(() => other.loadStateDict(without)).toThrow(/key_weight/);
    const fused = make({ fuseQkvParams: true });
    expect(Object.keys(fused.stateDict())).toContain("self_attention.layernorm_qkv.weight");
    expect(fused.forward(x).shape).toEqual([4, 2, 32]);
  });

  it("fused parameters are interleaved by head", () => {
    const [split, fused] = [
      make({ numGqaGroups: 2 }),
      make({ numGqaGroups: 2, fuseQkvParams: true }),
    ];
    const state = split.stateDict();
    const key = "self_attention.layernorm_qkv";
    for (const name of ["weight", "bias"]) {
      const [q, k, v] = ["query", "key", "value"].map((part, i) => {
        const whole = state[`${key}.${part}_${name}`] as Tensor;
        delete state[`${key}.${part}_${name}`];
        return whole.reshape([2, i === 0 ? 2 : 1, 8, -1]);
      }) as [Tensor, Tensor, Tensor];
      const mixed = torch.cat([q, k, v], 1).reshape(name === "weight" ? [64, 32] : [64]);
      state[`${key}.${name}`] = mixed;
    }
    fused.loadStateDict(state);
    const x = torch.randn([4, 2, 32]);
    expect(distance(fused.forward(x), split.forward(x))).toBeLessThan(1e-6);
  });

  it("refuses fused parameters where three parts are wanted, and the other way round", () => {
    const [parts, fused] = [make(), make({ fuseQkvParams: true })];
    const before = parts.selfAttention.layernormQkv.weight.clone();
    expect(() => parts.loadStateDict(fused.stateDict())).toThrow(
      /Missing \(6\).*query_weight[\s\S]*Unexpected \(2\).*layernorm_qkv\.weight/,
    );
    const both = { ...fused.stateDict(), ...parts.stateDict() };
    expect(() => parts.loadStateDict(both)).toThrow(/Unexpected \(2\)/);
    expect(codeOf(() => fused.loadStateDict(parts.stateDict()))).toBe("FABRIC_CHECKPOINT_KEYS");
    const loose = parts.loadStateDict(fused.stateDict(), { strict: false });
    expect(loose.missingKeys).toHaveLength(6);
    expect(torch.equal(parts.selfAttention.layernormQkv.weight, before)).toBe(true);
  });

  it("loads into a layer on meta with assign, from three parts or one", () => {
    const x = torch.randn([4, 2, 32]);
    for (const fuseQkvParams of [false, true]) {
      const layer = make({ fuseQkvParams, numGqaGroups: 2 });
      const state = layer.stateDict();
      const options = { ...quiet, fuseQkvParams, numGqaGroups: 2 };
      const empty = new TransformerLayer(32, 64, 4, { ...options, device: "meta" });
      expect(codeOf(() => empty.loadStateDict(state))).toBe("FABRIC_CHECKPOINT_SHAPE");
      const { weight } = empty.selfAttention.layernormQkv;
      expect(empty.loadStateDict(state, { assign: true })).toEqual({
        missingKeys: [],
        unexpectedKeys: [],
      });
      expect(empty.selfAttention.layernormQkv.weight).toBe(weight);
      expect([weight.device, weight.requiresGrad]).toEqual(["cpu", true]);
      expect(torch.equal(empty.forward(x), layer.forward(x))).toBe(true);
    }
    const whole = make();
    const entries = whole.stateDict();
    const lazy = {
      keys: () => Object.keys(entries),
      has: (key: string) => Object.hasOwn(entries, key),
      get: (key: string) => (entries[key] as Tensor).clone(),
    };
    const read = new TransformerLayer(32, 64, 4, { ...quiet, device: "meta" });
    read.loadStateDict(lazy, { assign: true });
    expect(torch.equal(read.forward(x), whole.forward(x))).toBe(true);
    const state = make().bfloat16().stateDict();
    const wide = make();
    torch.scope(() => wide.loadStateDict(state, { assign: true }));
    expect(wide.selfAttention.layernormQkv.weight.dtype).toBe("bfloat16");
    expect(wide.forward(x.bfloat16()).dtype).toBe("bfloat16");
    const { "self_attention.layernorm_qkv.key_weight": key, ...rest } = state;
    const load = (entries: Record<string, Tensor>) =>
      codeOf(() => wide.loadStateDict(entries, { assign: true, strict: false }));
    expect(load(rest)).toBe("FABRIC_CHECKPOINT_SHAPE");
    const cut = (key as Tensor).slice(0, 0, 16);
    expect(load({ ...rest, "self_attention.layernorm_qkv.key_weight": cut })).toBe(
      "FABRIC_CHECKPOINT_SHAPE",
    );
    expect(load({ "self_attention.proj.bias": torch.zeros([32]) })).toBe("nothing thrown");
  });

  it("starts afresh where three parts come without scales", () => {
    const layer = make();
    const x = torch.randn([4, 2, 32]);
    const state = () => layer.selfAttention.layernormQkv.fp8State;
    fp8Autocast({ recipe: { amaxHistoryLen: 2 } }, () => layer.forward(x));
    expect(state()).not.toBeNull();
    const plain = Object.fromEntries(
      Object.entries(layer.stateDict()).filter(([name]) => !name.endsWith("_extra_state")),
    );
    layer.loadStateDict(plain);
    expect(state()).toBeNull();
  });

  it("refuses inputs, masks and options that it does not take", () => {
    const layer = make({ selfAttnMaskType: "arbitrary" });
    const forward = (x: unknown, options?: unknown) =>
      codeOf(() => layer.forward(x as Tensor, options as object));
    for (const x of [torch.ones([4, 32]), torch.ones([4, 2, 16]), undefined, [1, 2]])
      expect(forward(x)).toBe("FABRIC_TENSOR_ARGUMENT");
    const x = torch.ones([4, 2, 32]);
    for (const attentionMask of [true, torch.zeros([4, 4])])
      expect(forward(x, { attentionMask })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(forward(x, null)).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(forward(x, { is_first_microbatch: true })).toBe("FABRIC_CONFIG_OPTION");
  });

  it("trains in bfloat16", () => {
    const layer = make({ dtype: "bfloat16", normalization: "RMSNorm", activation: "swiglu" });
    const x = torch.randn([8, 2, 32]).bfloat16();
    const optimizer = new torch.optim.AdamW(layer.parameters(), { lr: 1e-2 });
    const losses: number[] = [];
    for (let i = 0; i < 20; i++)
      torch.scope(() => {
        const loss = fp8Autocast({ recipe: { amaxHistoryLen: 8 } }, () => layer.forward(x))
          .float()
          .square()
          .mean();
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        losses.push(loss.item() as number);
      });
    expect(losses.at(-1) as number).toBeLessThan(0.5 * (losses[0] as number));
  });

  it("refuses sizes that do not divide", () => {
    const code = (heads: number, options: TransformerLayerOptions = {}) =>
      codeOf(() => new TransformerLayer(32, 64, heads, options));
    expect([code(5), code(4, { numGqaGroups: 3 })]).toEqual([
      "FABRIC_CONFIG_ARGUMENT",
      "FABRIC_CONFIG_ARGUMENT",
    ]);
    expect(code(4, { selfAttnMaskType: "padding" as "causal" })).toBe("FABRIC_CONFIG_ARGUMENT");
  });
});
