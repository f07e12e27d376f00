// MultiheadAttention.

import { empty } from "../creation.js";
import { FabricError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import {
  checkInteger,
  checkOptions,
  checkProbability,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { type AttentionOptions, multiHeadAttention } from "./functional/attention.js";
import { constant_, xavierNormal_, xavierUniform_ } from "./init/fill.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions extends FactoryOptions {
  /** Probability of dropping an attention weight in training; default 0. */
  dropout?: number;
  /** Add learned biases to the projections; default true. */
  bias?: boolean;
  /** Add a learned key and value to every sequence; default false. */
  addBiasKv?: boolean;
  /** Add a key and value of zeros to every sequence; default false. */
  addZeroAttn?: boolean;
  /** Width of the keys; default `embedDim`. */
  kdim?: number;
  /** Width of the values; default `embedDim`. */
  vdim?: number;
  /** Inputs and outputs are `[B, T, C]` instead of `[T, B, C]`; default false. */
  batchFirst?: boolean;
}

const OPTIONS = [
  "dropout",
  "bias",
  "addBiasKv",
  "addZeroAttn",
  "kdim",
  "vdim",
  "batchFirst",
  "device",
  "dtype",
];

/** The output projection: a class of its own, because attention reads its weights and a plugin must not swap it. */
class OutputProjection extends Linear {}

/**
 * Attention with several heads: `softmax(q k^T / sqrt(D)) v` for each head, joined and projected.
 *
 * Inputs are `[T, B, C]`, `[B, T, C]` with `batchFirst`, or `[T, C]` without a batch. State-dict names are PyTorch's:
 * `in_proj_weight`, `in_proj_bias`, `out_proj.weight`, `out_proj.bias`, and `q_proj_weight`, ... for other key widths.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` if `embedDim` is no multiple of `numHeads`.
 */
export class MultiheadAttention extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    inProjWeight: "in_proj_weight",
    qProjWeight: "q_proj_weight",
    kProjWeight: "k_proj_weight",
    vProjWeight: "v_proj_weight",
    inProjBias: "in_proj_bias",
    outProj: "out_proj",
    biasK: "bias_k",
    biasV: "bias_v",
  };

  /** Width `C` of queries and outputs. */
  readonly embedDim: number;
  /** Attention heads `H`. */
  readonly numHeads: number;
  /** Width of the keys. */
  readonly kdim: number;
  /** Width of the values. */
  readonly vdim: number;
  /** Dropout probability. */
  readonly dropout: number;
  /** Whether inputs are `[B, T, C]`. */
  readonly batchFirst: boolean;
  /** Whether a key and value of zeros is added. */
  readonly addZeroAttn: boolean;
  /** `[3C, C]`, or null when keys or values have another width. */
  inProjWeight: Parameter | null = null;
  /** `[C, C]`, when keys or values have another width. */
  qProjWeight: Parameter | null = null;
  /** `[C, kdim]`, when keys or values have another width. */
  kProjWeight: Parameter | null = null;
  /** `[C, vdim]`, when keys or values have another width. */
  vProjWeight: Parameter | null = null;
  /** `[3C]`, or null. */
  inProjBias: Parameter | null = null;
  /** `[1, 1, C]`, a key added to every sequence, or null. */
  biasK: Parameter | null = null;
  /** `[1, 1, C]`, a value added to every sequence, or null. */
  biasV: Parameter | null = null;
  /** Projection of the joined heads. */
  outProj: Linear;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const layer = "MultiheadAttention";
    checkOptions(layer, options, OPTIONS);
    this.embedDim = checkInteger(layer, "embedDim", embedDim, 1);
    this.numHeads = checkInteger(layer, "numHeads", numHeads, 1);
    if (embedDim % numHeads !== 0) {
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        `${layer}: expected \`embedDim\` to be a multiple of \`numHeads\` but received ${embedDim} and ${numHeads}. Change one of them.`,
      );
    }
    this.kdim = checkInteger(layer, "kdim", options.kdim ?? embedDim, 1);
    this.vdim = checkInteger(layer, "vdim", options.vdim ?? embedDim, 1);
    this.dropout = checkProbability(layer, "dropout", options.dropout ?? 0);
    this.batchFirst = options.batchFirst ?? false;
    this.addZeroAttn = options.addZeroAttn ?? false;
    const { bias = true, addBiasKv = false } = options;
    const make = (...size: number[]): Parameter => new Parameter(empty(size, factory(options)));
    if (this.kdim === embedDim && this.vdim === embedDim) {
      this.inProjWeight = make(3 * embedDim, embedDim);
    } else {
      this.qProjWeight = make(embedDim, embedDim);
      this.kProjWeight = make(embedDim, this.kdim);
      this.vProjWeight = make(embedDim, this.vdim);
    }
    if (bias) this.inProjBias = make(3 * embedDim);
    this.outProj = new OutputProjection(embedDim, embedDim, { bias, ...factory(options) });
    if (addBiasKv) {
      this.biasK = make(1, 1, embedDim);
      this.biasV = make(1, 1, embedDim);
    }
    this.resetParameters();
  }

  /** Draws the projections anew; biases start at zero. */
  resetParameters(): void {
    for (const weight of [
      this.inProjWeight,
      this.qProjWeight,
      this.kProjWeight,
      this.vProjWeight,
    ]) {
      if (weight !== null) xavierUniform_(weight);
    }
    if (this.inProjBias !== null) {
      constant_(this.inProjBias, 0);
      if (this.outProj.bias !== null) constant_(this.outProj.bias, 0);
    }
    if (this.biasK !== null) xavierNormal_(this.biasK);
    if (this.biasV !== null) xavierNormal_(this.biasV);
  }

  /**
   * @returns the output, shaped like the query, and the attention weights `[B, T, S]`, or null with
   * `needWeights: false`, which is faster.
   */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionOptions = {},
  ): [output: Tensor, weights: Tensor | null] {
    checkOptions("MultiheadAttention.forward", options, FORWARD_OPTIONS);
    const batched = query.ndim === 3;
    if (!batched && query.ndim !== 2) {
      throw new FabricError(
        "FABRIC_TENSOR_SHAPE",
        `MultiheadAttention: expected a query of 3 dimensions (or 2 without a batch) but received [${query.shape.join(", ")}].`,
      );
    }
    // Inputs that are one object must stay one, so that their projection can be shared.
    const arrange = (x: Tensor): Tensor =>
      batched ? (this.batchFirst ? x : x.transpose(0, 1)) : x.unsqueeze(0);
    const q = arrange(query);
    const k = key === query ? q : arrange(key);
    const v = value === key ? k : value === query ? q : arrange(value);
    const masks = batched ? options : withBatch(options);
    const [output, weights] = multiHeadAttention(q, k, v, this.weights(), masks);
    if (!batched) return [output.squeeze(0), weights?.squeeze(0) ?? null];
    return [this.batchFirst ? output : output.transpose(0, 1), weights];
  }

  override extraRepr(): string {
    const { embedDim, numHeads, dropout, batchFirst } = this;
    return describeOptions({ embedDim, numHeads, dropout, batchFirst });
  }

  private weights(): Parameters<typeof multiHeadAttention>[3] {
    const { numHeads, inProjWeight, inProjBias, outProj, biasK, biasV, addZeroAttn } = this;
    const inProj =
      inProjWeight ??
      ([this.qProjWeight, this.kProjWeight, this.vProjWeight] as [Tensor, Tensor, Tensor]);
    const dropoutP = this.training ? this.dropout : 0;
    const { weight: outProjWeight, bias: outProjBias } = outProj;
    return {
      numHeads,
      inProj,
      inProjBias,
      outProjWeight,
      outProjBias,
      biasK,
      biasV,
      addZeroAttn,
      dropoutP,
    };
  }
}

const FORWARD_OPTIONS = [
  "keyPaddingMask",
  "needWeights",
  "attnMask",
  "averageAttnWeights",
  "isCausal",
];

function withBatch(options: AttentionOptions): AttentionOptions {
  const mask = options.keyPaddingMask;
  return mask === null || mask === undefined
    ? options
    : { ...options, keyPaddingMask: mask.unsqueeze(0) };
}
