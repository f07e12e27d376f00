// One layer of a transformer: attention and feed-forward block, their linear maps in FP8.
import {
  cat,
  checkOptions,
  checkSwitch,
  type DType,
  describeValue,
  functional as F,
  FabricError,
  isTensor,
  nn,
  noGrad,
  type Tensor,
  tensor,
} from "@fabric/torch";
import { dequantizeFp8 } from "../functional/index.js";
import { codesOf, Fp8Weight, matchWeight, mismatchOf, SCALE_INV } from "../weights/index.js";
import { metaOf } from "./fp8-meta.js";
import { LayerNormLinear, type LayerNormLinearOptions } from "./layer-norm-linear.js";
import { LayerNormMLP } from "./layer-norm-mlp.js";
import { type ForwardOptions, Linear } from "./linear.js";
import type { ActivationParams, MlpActivation } from "./mlp-activation.js";
import type { Normalization } from "./norm-function.js";

/** Which positions a position attends to; `"arbitrary"` takes a mask. */
export type AttentionMaskType = "causal" | "no_mask" | "arbitrary";

/** Options of {@link TransformerLayer}. */
export interface TransformerLayerOptions {
  /** Groups of heads that share keys and values; default: as many as heads. */
  numGqaGroups?: number;
  /** Default 1e-5. */
  layernormEpsilon?: number;
  /** Dropout after attention and feed-forward block; default 0.1. */
  hiddenDropout?: number;
  /** Dropout of attention weights; default 0.1. */
  attentionDropout?: number;
  /** Default `"causal"`. */
  selfAttnMaskType?: AttentionMaskType;
  /** Default `"LayerNorm"`. */
  normalization?: Normalization;
  /** Default `"gelu"`. */
  activation?: MlpActivation;
  /** Numbers of `"clamped_swiglu"`, as in {@link LayerNormMLPOptions}. */
  activationParams?: Partial<ActivationParams>;
  /** Learn biases of linear maps; default true. */
  bias?: boolean;
  /** Store norms' weights minus one; default false. */
  zeroCenteredGamma?: boolean;
  /** `"sbhd"` (default): `[sequence, batch, hidden]`; `"bshd"`: `[batch, sequence, hidden]`. */
  attnInputFormat?: "sbhd" | "bshd";
  /** Save one tensor for queries, keys and values, interleaved by head, instead of three; default false. */
  fuseQkvParams?: boolean;
  /** Where the parameters are made. */
  device?: nn.LinearOptions["device"];
  /** Dtype of the parameters. */
  dtype?: nn.LinearOptions["dtype"];
}

/** Options of {@link TransformerLayer.forward}. */
export interface TransformerForwardOptions extends ForwardOptions {
  /** Boolean, true where a position is not attended to, broadcast to `[batch, heads, sequence, sequence]`; with `"arbitrary"`. */
  attentionMask?: Tensor | null;
}

const OPTIONS = [
  "numGqaGroups",
  "layernormEpsilon",
  "hiddenDropout",
  "attentionDropout",
  "selfAttnMaskType",
  "normalization",
  "activation",
  "activationParams",
  "bias",
  "zeroCenteredGamma",
  "attnInputFormat",
  "fuseQkvParams",
  "device",
  "dtype",
];

/**
 * `h = x + dropout(attention(norm(x)))`, then `h + dropout(mlp(norm(h)))`, in the shape of `x`. The linear maps compute in FP8 inside
 * `fp8Autocast`; scores and weights of the attention do not. State dicts have Transformer Engine's keys.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT`, `FABRIC_CONFIG_OPTION`.
 */
export class TransformerLayer extends nn.Module {
  static override readonly stateNames = {
    selfAttention: "self_attention",
    layernormMlp: "layernorm_mlp",
  };

  /** Attention over the sequence. */
  selfAttention: SelfAttention;
  /** Feed-forward block. */
  layernormMlp: LayerNormMLP;
  /** After either. */
  hiddenDropout: nn.Dropout;

  constructor(
    hiddenSize: number,
    ffnHiddenSize: number,
    numAttentionHeads: number,
    options: TransformerLayerOptions = {},
  ) {
    super();
    checkOptions(new.target.name, options, OPTIONS);
    const { bias = true, device, dtype, normalization, activation, zeroCenteredGamma } = options;
    const { activationParams } = options;
    const shared: LayerNormLinearOptions = {
      bias,
      eps: options.layernormEpsilon ?? 1e-5,
      ...(normalization !== undefined && { normalization }),
      ...(zeroCenteredGamma !== undefined && { zeroCenteredGamma }),
      ...(device !== undefined && { device }),
      ...(dtype !== undefined && { dtype }),
    };
    this.selfAttention = new SelfAttention(hiddenSize, numAttentionHeads, options, shared);
    this.layernormMlp = new LayerNormMLP(hiddenSize, ffnHiddenSize, {
      ...shared,
      ...(activation !== undefined && { activation }),
      ...(activationParams !== undefined && { activationParams }),
    });
    this.hiddenDropout = new nn.Dropout(options.hiddenDropout ?? 0.1);
  }

  /**
   * The result, in the shape of `x`.
   *
   * @param x - `[sequence, batch, hidden]`, or `[batch, sequence, hidden]` with `"bshd"`.
   * @throws FabricError `FABRIC_TENSOR_ARGUMENT` for another shape, `FABRIC_CONFIG_ARGUMENT` for a mask that is missing or not taken,
   * `FABRIC_CONFIG_OPTION` for an unknown option.
   */
  override forward(x: Tensor, options: TransformerForwardOptions = {}): Tensor {
    checkInput(this, x);
    checkForwardOptions(options);
    const { isFirstMicrobatch } = options;
    const attended = this.selfAttention.forward(x, options);
    const h = x.add(this.hiddenDropout.forward(attended));
    return h.add(this.hiddenDropout.forward(this.layernormMlp.forward(h, { isFirstMicrobatch })));
  }
}

/** Queries, keys and values, attention, and a linear map of what it returns. */
export class SelfAttention extends nn.Module {
  static override readonly stateNames = {
    layernormQkv: "layernorm_qkv",
    coreAttention: "core_attention",
  };

  /** Norm, and the map to queries, keys and values. */
  layernormQkv: LayerNormQkv;
  /** The attention itself, which has no parameters. */
  coreAttention: DotProductAttention;
  /** Map of the result. */
  proj: Linear;
  /** Heads of queries. */
  readonly numAttentionHeads: number;
  /** Heads of keys and values. */
  readonly numGqaGroups: number;
  /** Whether inputs are `[batch, sequence, hidden]`. */
  readonly isBatchFirst: boolean;

  /** @internal */
  constructor(
    hiddenSize: number,
    heads: number,
    options: TransformerLayerOptions,
    shared: LayerNormLinearOptions,
  ) {
    super();
    const { numGqaGroups: groups = heads, attnInputFormat = "sbhd" } = options;
    if (!(Number.isInteger(heads) && heads > 0 && hiddenSize % heads === 0))
      throw argumentError("numAttentionHeads", "a divisor of hiddenSize", heads);
    if (!(Number.isInteger(groups) && groups > 0 && heads % groups === 0))
      throw argumentError("numGqaGroups", "a divisor of numAttentionHeads", groups);
    if (attnInputFormat !== "sbhd" && attnInputFormat !== "bshd")
      throw argumentError("attnInputFormat", '"sbhd" or "bshd"', attnInputFormat);
    this.numAttentionHeads = heads;
    this.numGqaGroups = groups;
    this.isBatchFirst = attnInputFormat === "bshd";
    const width = hiddenSize / heads;
    const isFused = checkSwitch("TransformerLayer", "fuseQkvParams", options.fuseQkvParams, false);
    this.layernormQkv = new LayerNormQkv(
      hiddenSize,
      [hiddenSize, groups * width, groups * width],
      isFused,
      shared,
    );
    this.coreAttention = new DotProductAttention(
      options.selfAttnMaskType ?? "causal",
      options.attentionDropout ?? 0.1,
    );
    const { bias = true, device, dtype } = shared;
    this.proj = new Linear(hiddenSize, hiddenSize, {
      bias,
      ...(device !== undefined && { device }),
      ...(dtype !== undefined && { dtype }),
    });
  }

  override forward(x: Tensor, options: TransformerForwardOptions = {}): Tensor {
    const { isFirstMicrobatch, attentionMask = null } = options;
    const mixed = this.layernormQkv.forward(x, { isFirstMicrobatch }) as Tensor;
    const [q, k, v] = split(this, mixed).map((t) => byHead(this, t)) as [Tensor, Tensor, Tensor];
    const y = this.coreAttention.forward(q, k, v, attentionMask); // [b, heads, s, d]
    const inOrder = y.permute(this.isBatchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]);
    const [a, b] = x.shape as [number, number];
    return this.proj.forward(inOrder.reshape([a, b, -1]), { isFirstMicrobatch });
  }
}

/** Weighted sums of values, in the activation dtype. */
export class DotProductAttention extends nn.Module {
  /** Which positions are attended to. */
  readonly maskType: AttentionMaskType;
  /** Dropout of the weights. */
  readonly dropout: number;

  /** @internal */
  constructor(maskType: AttentionMaskType, dropout: number) {
    super();
    if (maskType !== "causal" && maskType !== "no_mask" && maskType !== "arbitrary")
      throw argumentError("selfAttnMaskType", '"causal", "no_mask" or "arbitrary"', maskType);
    this.maskType = maskType;
    this.dropout = dropout;
  }

  /** Of `[batch, heads, sequence, width]` each. @param mask - true where a position is not attended to. */
  override forward(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null): Tensor {
    if (mask !== null && !(isTensor(mask) && mask.dtype === "bool"))
      throw argumentError("attentionMask", "a boolean tensor, true where not attended to,", mask);
    if ((this.maskType === "arbitrary") !== (mask !== null))
      throw argumentError(
        "attentionMask",
        this.maskType === "arbitrary" ? "a mask" : `no mask with "${this.maskType}"`,
        mask,
      );
    return F.scaledDotProductAttention(q, k, v, {
      attnMask: mask === null ? null : mask.logicalNot(),
      dropoutP: this.training ? this.dropout : 0,
      isCausal: this.maskType === "causal",
    });
  }

  /** Empty, as in Transformer Engine's checkpoints. */
  override getExtraState(): Tensor {
    return tensor(new Uint8Array(0), { dtype: "uint8", device: "cpu" });
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    super.loadOwnState(source, prefix, report);
    const at = report.missing.indexOf(`${prefix}_extra_state`);
    if (at >= 0) report.missing.splice(at, 1);
  }
}

const PARTS = ["query", "key", "value"] as const;

/** A norm and one map to queries, keys and values, saved in three parts unless they are fused. */
export class LayerNormQkv extends LayerNormLinear {
  /** Whether rows are interleaved by head and saved as one. */
  readonly isFused: boolean;
  /** Rows of queries, keys and values. */
  readonly sizes: readonly number[];

  /** @internal */
  constructor(
    inFeatures: number,
    sizes: readonly number[],
    isFused: boolean,
    options: LayerNormLinearOptions,
  ) {
    super(
      inFeatures,
      sizes.reduce((sum, size) => sum + size, 0),
      options,
    );
    this.isFused = isFused;
    this.sizes = sizes;
  }

  override saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    super.saveOwnState(into, prefix, keepVars);
    if (this.isFused) return;
    for (const name of ["weight", "bias"] as const) {
      const found = into[`${prefix}${name}`];
      if (found === undefined) continue;
      // With keepVars it is the parameter, whose rows are codes.
      const whole = found instanceof Fp8Weight ? found.dequantize() : found;
      delete into[`${prefix}${name}`];
      partsOf(this, whole).forEach((part, i) => {
        into[`${prefix}${PARTS[i]}_${name}`] = part;
      });
    }
    const key = `${prefix}weight${SCALE_INV}`;
    const scaleInv = into[key];
    if (scaleInv === undefined) return;
    delete into[key];
    for (const part of PARTS) into[`${prefix}${part}_weight${SCALE_INV}`] = scaleInv;
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    if (this.isFused) {
      super.loadOwnState(source, prefix, report);
      return;
    }
    // A fused weight has its rows in another order: its key is left, as unexpected.
    super.loadOwnState(pick(source, prefix, WHOLE), prefix, report);
    for (const name of ["weight", "bias"] as const) {
      const whole = this[name];
      if (whole === null) continue;
      const at = report.missing.indexOf(`${prefix}${name}`);
      if (at >= 0) report.missing.splice(at, 1);
      const keys = PARTS.map((part) => `${prefix}${part}_${name}`);
      if (whole instanceof Fp8Weight) loadJoined(this, whole, keys, source, prefix, report);
      else loadParts(this, whole, keys, source, report);
    }
    // Weights without scales come from a plain model: afresh.
    const hasWeight = PARTS.some((part) => source.has(`${prefix}${part}_weight`));
    if (hasWeight && !source.has(`${prefix}_extra_state`))
      report.pending.push(() => {
        metaOf(this, 1).state = null;
      });
  }
}

/** Entries that are not saved in parts. */
const WHOLE = ["layer_norm_weight", "layer_norm_bias", "_extra_state"];

function pick(
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  names: readonly string[],
): ReadonlyMap<string, Tensor> {
  const picked = new Map<string, Tensor>();
  for (const name of names) {
    const value = source.get(prefix + name);
    if (value !== undefined) picked.set(prefix + name, value);
  }
  return picked;
}

/** Loads rows of a float weight or bias from floats or codes; with `assign` it takes all of them joined, in their dtype. */
function loadParts(
  layer: LayerNormQkv,
  whole: Tensor,
  keys: readonly string[],
  source: ReadonlyMap<string, Tensor>,
  report: nn.LoadReport,
): void {
  const found = keys.filter((key) => source.has(key)).length;
  if (report.assign && (found > 0 || whole.device === "meta")) {
    const parts = findParts(layer, whole, keys, source, report);
    if (parts === null) {
      if (found > 0 && found < keys.length)
        report.mismatches.push(
          `  ${keys.join(", ")}: with { assign: true } all of them are needed`,
        );
      return;
    }
    report.pending.push(() => {
      const { value, scaleInv } = join(parts, "float32");
      const floats = scaleInv === undefined ? value : dequantizeFp8(codesOf(value), scaleInv);
      nn.swapContent(whole, floats);
    });
    return;
  }
  const rest = { ...report, assign: false };
  partsOf(layer, whole.detach()).forEach((target, i) => {
    const key = keys[i] as string;
    const value = source.get(key);
    const scaleInv = source.get(key + SCALE_INV);
    if (value === undefined || scaleInv === undefined) {
      nn.matchEntry(key, target, source, rest);
      return;
    }
    report.consumed.add(key + SCALE_INV);
    const entry = { key, name: "weight", target, value, scaleInv, extra: undefined, source };
    matchWeight(layer, ["weight"], entry, rest);
  });
}

/** Loads a weight held as codes from three parts: joined they are cast, or taken where they have one scale. */
function loadJoined(
  layer: LayerNormQkv,
  weight: Fp8Weight,
  keys: readonly string[],
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: nn.LoadReport,
): void {
  const parts = findParts(layer, weight, keys, source, report);
  if (parts === null) return;
  const { value, scaleInv } = join(parts, weight.floatDtype);
  const extra = source.get(`${prefix}_extra_state`);
  const key = `${prefix}weight`;
  const entry = { key, name: "weight", target: weight, value, scaleInv, extra, source };
  matchWeight(layer, ["weight"], entry, report);
}

/** Rows of queries, keys or values: floats, or codes and their factor. */
interface Part {
  readonly value: Tensor;
  readonly scaleInv: Tensor | null;
}

/** The three entries; null if one is missing or does not fit, which is recorded. */
function findParts(
  layer: LayerNormQkv,
  whole: Tensor,
  keys: readonly string[],
  source: ReadonlyMap<string, Tensor>,
  report: nn.LoadReport,
): Part[] | null {
  const found = keys.map((key, i) => {
    const value = source.get(key);
    const scaleInv = source.get(key + SCALE_INV) ?? null;
    if (scaleInv !== null) report.consumed.add(key + SCALE_INV);
    if (value === undefined) {
      report.missing.push(key);
      return null;
    }
    report.consumed.add(key);
    const wanted = [layer.sizes[i] as number, ...whole.shape.slice(1)];
    const problem = mismatchOf(key, wanted, value, scaleInv);
    if (problem === null) return { value, scaleInv };
    report.mismatches.push(`  ${key}: ${problem}`);
    return null;
  });
  return found.every((part) => part !== null) ? found : null;
}

/** Codes under one another if all have the same scale, else floats. */
function join(
  parts: readonly Part[],
  dtype: DType,
): { value: Tensor; scaleInv: Tensor | undefined } {
  return noGrad(() => {
    const factors = parts.map(({ scaleInv }) => scaleInv?.item() ?? null);
    const [first] = factors;
    if (first !== null && factors.every((factor) => factor === first))
      return {
        value: cat(parts.map(({ value }) => value.detach().contiguous().view("uint8"))),
        scaleInv: parts[0]?.scaleInv?.float().reshape([1]),
      };
    const floats = parts.map(({ value, scaleInv }) =>
      scaleInv === null
        ? value.detach()
        : dequantizeFp8(codesOf(value), scaleInv.float().reshape([1]), dtype as "float32"),
    );
    return { value: cat(floats), scaleInv: undefined };
  });
}

/** `[a, b, heads or groups, d]` of queries, keys and values. */
function split(attention: SelfAttention, mixed: Tensor): Tensor[] {
  const [a, b, all] = mixed.shape as [number, number, number];
  const [heads, groups] = [attention.numAttentionHeads, attention.numGqaGroups];
  const d = all / (heads + 2 * groups);
  if (!attention.layernormQkv.isFused)
    return mixed
      .splitWithSizes([heads * d, groups * d, groups * d], 2)
      .map((t) => t.reshape([a, b, -1, d]));
  const each = heads / groups;
  return mixed
    .view([a, b, groups, each + 2, d])
    .splitWithSizes([each, 1, 1], 3)
    .map((t) => t.reshape([a, b, -1, d]));
}

/** `[b, heads, s, d]`, groups repeated for each of their heads. */
function byHead(attention: SelfAttention, t: Tensor): Tensor {
  const turned = t.permute(attention.isBatchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
  const times = attention.numAttentionHeads / (turned.shape[1] as number);
  return times === 1 ? turned : turned.repeatInterleave(times, 1);
}

/** Rows of queries, keys and values apart. Functions: a copy of a module has no private methods. */
function partsOf({ sizes }: LayerNormQkv, whole: Tensor): Tensor[] {
  return whole.splitWithSizes([...sizes], 0);
}

function checkInput({ selfAttention }: TransformerLayer, x: unknown): void {
  const { layernormQkv, isBatchFirst } = selfAttention;
  if (isTensor(x) && x.ndim === 3 && x.shape[2] === layernormQkv.inFeatures) return;
  const lead = isBatchFirst ? "batch, sequence" : "sequence, batch";
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `TransformerLayer: expected a tensor of [${lead}, ${layernormQkv.inFeatures}] but received ${describeValue(x)}.`,
  );
}

function checkForwardOptions(options: unknown): void {
  if (typeof options !== "object" || options === null)
    throw argumentError("options", "an object", options);
  checkOptions("TransformerLayer.forward", options, ["isFirstMicrobatch", "attentionMask"]);
}

function argumentError(name: string, expected: string, received: unknown): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `TransformerLayer: expected ${expected} as \`${name}\` but received ${describeValue(received)}.`,
  );
}
