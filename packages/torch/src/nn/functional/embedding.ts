// Table look-ups.

import { noGrad } from "../../contexts.js";
import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions, settle } from "../arguments.js";

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** Row that receives no gradient; negative counts from the end. */
  paddingIdx?: number | null;
  /** Rows looked up are first scaled down, in place, to at most this norm. */
  maxNorm?: number | null;
  /** Degree of that norm, default 2. */
  normType?: number;
  /** Divide gradients by how often a row occurs in the batch; default false. */
  scaleGradByFreq?: boolean;
  /** Make the gradient of the table sparse; default false. */
  sparse?: boolean;
}

/**
 * Rows of `weight` (`[V, C]`) at `input` (integers of any shape).
 *
 * @returns `[...input.shape, C]`.
 * @throws TorchError for an index outside `[0, V)`.
 */
export function embedding(input: Tensor, weight: Tensor, options?: EmbeddingOptions): Tensor;
export function embedding(
  input: Tensor,
  weight: Tensor,
  paddingIdx: number | null,
  maxNorm?: number | null | EmbeddingOptions,
  normType?: number | EmbeddingOptions,
  scaleGradByFreq?: boolean | EmbeddingOptions,
  sparse?: boolean | EmbeddingOptions,
): Tensor;
export function embedding(input: Tensor, weight: Tensor, ...args: unknown[]): Tensor {
  const options = settle<EmbeddingOptions>("embedding", args, EMBEDDING_NAMES);
  const {
    paddingIdx = null,
    maxNorm = null,
    normType = 2,
    scaleGradByFreq = false,
    sparse = false,
  } = options;
  const rows = weight.shape[0] as number;
  const padding = paddingIdx === null ? -1 : paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  if (maxNorm !== null) {
    const table = weight.detach();
    noGrad(() => void aten.embeddingRenorm_(table, input.contiguous(), maxNorm, normType));
  }
  return aten.embedding(weight, input, padding, scaleGradByFreq, sparse);
}

const EMBEDDING_NAMES = ["paddingIdx", "maxNorm", "normType", "scaleGradByFreq", "sparse"];

/** Options of {@link embeddingBag}. */
export interface EmbeddingBagOptions {
  /** `[bags]`, where each bag starts in a flat input. */
  offsets?: Tensor;
  /** How a bag is gathered, default `"mean"`. */
  mode?: "sum" | "mean" | "max";
  /** A weight per index, only with `"sum"`. */
  perSampleWeights?: Tensor | null;
  /** Row left out of bags. */
  paddingIdx?: number | null;
}

const BAG_MODES = ["sum", "mean", "max"];

/** Sums, means or maxima of rows of `weight`, one result per bag. @param input - `[B, N]`, or flat with `offsets`. */
export function embeddingBag(
  input: Tensor,
  weight: Tensor,
  options: EmbeddingBagOptions = {},
): Tensor {
  checkOptions("embeddingBag", options, ["offsets", "mode", "perSampleWeights", "paddingIdx"]);
  const { mode = "mean", perSampleWeights = null, paddingIdx = null } = options;
  const [flat, offsets] = bags(input, options.offsets);
  const samples = perSampleWeights?.reshape([-1]) ?? null;
  const code = BAG_MODES.indexOf(mode);
  return aten.embeddingBag(
    weight,
    flat,
    offsets,
    false,
    code,
    false,
    samples,
    false,
    paddingIdx,
  )[0];
}

function bags(input: Tensor, offsets: Tensor | undefined): [flat: Tensor, offsets: Tensor] {
  if (offsets !== undefined) return [input, offsets];
  const size = input.shape[1] ?? input.numel();
  const starts = aten.arange(0, input.numel(), size, { dtype: "int64", device: input.device });
  return [input.reshape([-1]), starts];
}
