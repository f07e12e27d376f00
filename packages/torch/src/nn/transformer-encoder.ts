// TransformerEncoderLayer and TransformerEncoder.

import { gelu, relu } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  argumentError,
  checkInteger,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { copyModule } from "./copy-module.js";
import { Dropout } from "./dropout.js";
import { LayerNorm } from "./layer-norm.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { isModule } from "./module-state.js";
import { MultiheadAttention } from "./multihead-attention.js";

/** The nonlinearity between the two linear maps: a name or a function. */
export type TransformerActivation = "relu" | "gelu" | ((x: Tensor) => Tensor);

/** Options of {@link TransformerEncoderLayer}. */
export interface TransformerEncoderLayerOptions extends FactoryOptions {
  /** Width of the hidden layer, default 2048. */
  dimFeedforward?: number;
  /** Dropout probability everywhere, default 0.1. */
  dropout?: number;
  /** Default `"relu"`. */
  activation?: TransformerActivation;
  /** Added to variances; default 1e-5. */
  layerNormEps?: number;
  /** Inputs are `[B, T, C]` instead of `[T, B, C]`; default false. */
  batchFirst?: boolean;
  /** Normalise before each block instead of after it; default false. */
  normFirst?: boolean;
  /** Biases in linear maps and norms; default true. */
  bias?: boolean;
}

/** Masks of one call of an encoder. */
export interface EncoderMasks {
  /** `[T, T]`: true where attending is forbidden, or numbers added to the scores. */
  mask?: Tensor | null;
  /** `[B, T]`: true where the input is padding. */
  srcKeyPaddingMask?: Tensor | null;
  /** Let position t attend only to positions up to t; default false. */
  isCausal?: boolean;
}

const OPTIONS = [
  "dimFeedforward",
  "dropout",
  "activation",
  "layerNormEps",
  "batchFirst",
  "normFirst",
  "bias",
  "device",
  "dtype",
];

/**
 * Self-attention and a two-layer perceptron, each with dropout, a residual connection and a LayerNorm.
 * State-dict names are PyTorch's: `self_attn.*`, `linear1.*`, `linear2.*`, `norm1.*`, `norm2.*`.
 */
export class TransformerEncoderLayer extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = { selfAttn: "self_attn" };

  /** Whether each block is normalised before it instead of after it. */
  readonly normFirst: boolean;
  /** The nonlinearity between the linear maps. */
  readonly activation: (x: Tensor) => Tensor;
  /** Self-attention. */
  selfAttn: MultiheadAttention;
  /** First linear map. */
  linear1: Linear;
  /** Dropout inside the perceptron. */
  dropout: Dropout;
  /** Second linear map. */
  linear2: Linear;
  /** Norm of the attention. */
  norm1: LayerNorm;
  /** Norm of the perceptron. */
  norm2: LayerNorm;
  /** Dropout after the attention. */
  dropout1: Dropout;
  /** Dropout after the perceptron. */
  dropout2: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerEncoderLayerOptions = {}) {
    super();
    const layer = "TransformerEncoderLayer";
    checkOptions(layer, options, OPTIONS);
    const {
      dimFeedforward = 2048,
      dropout = 0.1,
      layerNormEps: eps = 1e-5,
      batchFirst = false,
      bias = true,
    } = options;
    const made = factory(options);
    this.normFirst = options.normFirst ?? false;
    this.activation = activationOf(options.activation ?? "relu");
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst, ...made });
    this.linear1 = new Linear(dModel, checkInteger(layer, "dimFeedforward", dimFeedforward, 1), {
      bias,
      ...made,
    });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias, ...made });
    this.norm1 = new LayerNorm(dModel, { eps, bias, ...made });
    this.norm2 = new LayerNorm(dModel, { eps, bias, ...made });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
  }

  /** @param src - `[T, B, C]`, `[B, T, C]` with `batchFirst`, or `[T, C]`. @returns the same shape. */
  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    checkOptions("TransformerEncoderLayer.forward", masks, [
      "mask",
      "srcKeyPaddingMask",
      "isCausal",
    ]);
    if (this.normFirst) {
      const attended = src.add(this.attend(this.norm1.forward(src), masks));
      return attended.add(this.feedForward(this.norm2.forward(attended)));
    }
    const attended = this.norm1.forward(src.add(this.attend(src, masks)));
    return this.norm2.forward(attended.add(this.feedForward(attended)));
  }

  private attend(x: Tensor, { mask, srcKeyPaddingMask, isCausal }: EncoderMasks): Tensor {
    const [output] = this.selfAttn.forward(x, x, x, {
      attnMask: mask ?? null,
      keyPaddingMask: srcKeyPaddingMask ?? null,
      isCausal: isCausal ?? false,
      needWeights: false,
    });
    return this.dropout1.forward(output);
  }

  private feedForward(x: Tensor): Tensor {
    const hidden = this.dropout.forward(this.activation(this.linear1.forward(x)));
    return this.dropout2.forward(this.linear2.forward(hidden));
  }
}

/** A stack of `numLayers` copies of one encoder layer, with an optional norm at the end. */
export class TransformerEncoder extends Module {
  /** How many layers are stacked. */
  readonly numLayers: number;
  /** The copies, in order. */
  layers: TransformerEncoderLayer[];
  /** Norm after the last layer, or null. */
  norm: Module | null;

  /** @param encoderLayer - copied for each level, weights included; itself it is not used. */
  constructor(
    encoderLayer: TransformerEncoderLayer,
    numLayers: number,
    { norm = null }: { norm?: Module | null } = {},
  ) {
    super();
    if (!isModule(encoderLayer))
      throw argumentError(
        "TransformerEncoder",
        "encoderLayer",
        "a TransformerEncoderLayer",
        encoderLayer,
      );
    this.numLayers = checkInteger("TransformerEncoder", "numLayers", numLayers, 0);
    this.layers = Array.from({ length: numLayers }, () => copyModule(encoderLayer));
    this.norm = norm;
  }

  /** @param src - as {@link TransformerEncoderLayer}. @returns the same shape. */
  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    let output = src;
    for (const layer of this.layers) output = layer.forward(output, masks);
    return this.norm === null ? output : (this.norm.forward(output) as Tensor);
  }
}

function activationOf(activation: TransformerActivation): (x: Tensor) => Tensor {
  if (typeof activation === "function") return activation;
  if (activation === "relu") return (x) => relu(x);
  if (activation === "gelu") return (x) => gelu(x);
  throw argumentError(
    "TransformerEncoderLayer",
    "activation",
    '"relu", "gelu" or a function',
    activation,
  );
}
