// Multi-head attention over projected queries, keys and values.

import { FabricError } from "../../errors.js";
import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";

/** Weights of one multi-head attention. @internal */
export interface AttentionWeights {
  readonly numHeads: number;
  /** `[3C, C]`: query, key and value weights stacked; or the three apart, when keys or values have another width. */
  readonly inProj: Tensor | readonly [q: Tensor, k: Tensor, v: Tensor];
  /** `[3C]` */
  readonly inProjBias: Tensor | null;
  readonly outProjWeight: Tensor;
  readonly outProjBias: Tensor | null;
  /** `[1, 1, C]`, one more key and value learned for every sequence. */
  readonly biasK: Tensor | null;
  readonly biasV: Tensor | null;
  readonly addZeroAttn: boolean;
  readonly dropoutP: number;
}

/** What one call of multi-head attention may be told. */
export interface AttentionOptions {
  /** `[B, S]` (`[S]` unbatched): true, or -inf, where a key is padding. */
  keyPaddingMask?: Tensor | null;
  /** Return the attention weights as well (the default); without them a faster kernel serves. */
  needWeights?: boolean;
  /** `[T, S]` or `[B * H, T, S]`: true where attending is forbidden, or numbers added to the scores. */
  attnMask?: Tensor | null;
  /** Average the returned weights over heads; default true. */
  averageAttnWeights?: boolean;
  /** Let position t attend only to positions up to t; default false. */
  isCausal?: boolean;
}

/**
 * Attention of batch-first inputs: `[B, T, C]` queries, `[B, S, ...]` keys and values.
 *
 * @returns the output `[B, T, C]`, and the weights `[B, T, S]` (`[B, H, T, S]` not averaged) or null.
 * @internal
 */
export function multiHeadAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  weights: AttentionWeights,
  options: AttentionOptions,
): [output: Tensor, weights: Tensor | null] {
  const { numHeads: heads, addZeroAttn, dropoutP } = weights;
  const { needWeights = true, averageAttnWeights = true, isCausal = false } = options;
  const [batch, steps, width] = query.shape as [number, number, number];
  const [projectedQ, projectedK, projectedV] = project(query, key, value, weights);
  let extra = 0;
  let k = projectedK;
  let v = projectedV;
  if (weights.biasK !== null && weights.biasV !== null) {
    k = aten.cat([k, weights.biasK.expand([batch, 1, width]).to(k.dtype)], 1);
    v = aten.cat([v, weights.biasV.expand([batch, 1, width]).to(v.dtype)], 1);
    extra++;
  }
  if (addZeroAttn) {
    k = aten.pad(k, [0, 0, 0, 1]);
    v = aten.pad(v, [0, 0, 0, 1]);
    extra++;
  }
  const q4 = splitHeads(projectedQ, heads); // [B, H, T, D]
  const k4 = splitHeads(k, heads); // [B, H, S, D]
  const v4 = splitHeads(v, heads);
  const causalByKernel =
    isCausal && !needWeights && extra === 0 && isAbsent(options.keyPaddingMask);
  const mask = causalByKernel ? null : joinMasks(options, q4, k4, extra);

  let heads4: Tensor;
  let attention: Tensor | null = null;
  if (needWeights) {
    const scores = q4.mul(1 / Math.sqrt(width / heads)).matmul(k4.transpose(-2, -1)); // [B, H, T, S]
    attention = aten.softmax(mask === null ? scores : scores.add(mask), -1);
    if (dropoutP > 0) attention = aten.dropout(attention, dropoutP, true);
    heads4 = attention.matmul(v4);
    if (averageAttnWeights) attention = attention.mean([1]); // [B, T, S]
  } else {
    heads4 = aten.scaledDotProductAttention(q4, k4, v4, mask, dropoutP, causalByKernel);
  }
  const joined = heads4.transpose(1, 2).reshape([batch, steps, width]); // [B, T, C]
  return [aten.linear(joined, weights.outProjWeight, weights.outProjBias), attention];
}

function project(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { inProj, inProjBias }: AttentionWeights,
): [q: Tensor, k: Tensor, v: Tensor] {
  if (isPacked(inProj) && query === key && key === value) {
    // One matrix product for all three.
    return aten.chunk(aten.linear(query, inProj, inProjBias), 3, -1) as [Tensor, Tensor, Tensor];
  }
  const [wq, wk, wv] = isPacked(inProj) ? aten.chunk(inProj, 3, 0) : inProj;
  const [bq, bk, bv] = inProjBias === null ? [null, null, null] : aten.chunk(inProjBias, 3, 0);
  return [
    aten.linear(query, wq as Tensor, bq ?? null),
    aten.linear(key, wk as Tensor, bk ?? null),
    aten.linear(value, wv as Tensor, bv ?? null),
  ];
}

function isPacked(weight: AttentionWeights["inProj"]): weight is Tensor {
  return !Array.isArray(weight);
}

function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, steps, width] = x.shape as [number, number, number];
  return x.reshape([batch, steps, heads, width / heads]).transpose(1, 2); // [B, H, T, D]
}

/** One additive mask that broadcasts over `[B, H, T, S]`, or null. */
function joinMasks(options: AttentionOptions, q: Tensor, k: Tensor, extra: number): Tensor | null {
  const [batch, heads, steps] = q.shape as [number, number, number];
  const keys = (k.shape[2] as number) - extra;
  const parts: Tensor[] = [];
  if (!isAbsent(options.attnMask))
    parts.push(attentionMask(options.attnMask, batch, heads, steps, keys, q));
  else if (options.isCausal === true) {
    parts.push(additive(aten.ones([steps, keys], { dtype: "bool", device: q.device }).triu(1), q));
  }
  if (!isAbsent(options.keyPaddingMask)) {
    const padding = options.keyPaddingMask;
    if (padding.ndim !== 2 || padding.shape[0] !== batch || padding.shape[1] !== keys) {
      throw maskError("keyPaddingMask", `[${batch}, ${keys}]`, padding);
    }
    parts.push(additive(padding, q).reshape([batch, 1, 1, keys]));
  }
  let mask = parts[0] ?? null;
  if (mask !== null && parts[1] !== undefined) mask = mask.add(parts[1]);
  return mask === null || extra === 0 ? mask : aten.pad(mask, [0, extra]);
}

function attentionMask(
  mask: Tensor,
  batch: number,
  heads: number,
  steps: number,
  keys: number,
  q: Tensor,
): Tensor {
  const [rows, columns] = mask.shape.slice(-2);
  if (rows === steps && columns === keys) {
    if (mask.ndim === 2) return additive(mask, q);
    if (mask.ndim === 3 && mask.shape[0] === batch * heads)
      return additive(mask, q).reshape([batch, heads, steps, keys]);
  }
  throw maskError("attnMask", `[${steps}, ${keys}] or [${batch * heads}, ${steps}, ${keys}]`, mask);
}

/** A bool mask as numbers to add: -inf where true. */
function additive(mask: Tensor, like: Tensor): Tensor {
  if (mask.dtype !== "bool") return mask.to(like.dtype);
  const zeros = aten.zeros([...mask.shape], { dtype: like.dtype, device: mask.device });
  return zeros.maskedFill_(mask, Number.NEGATIVE_INFINITY);
}

function isAbsent(mask: Tensor | null | undefined): mask is null | undefined {
  return mask === null || mask === undefined;
}

function maskError(name: string, expected: string, mask: Tensor): FabricError {
  return new FabricError(
    "FABRIC_TENSOR_SHAPE",
    `MultiheadAttention: expected \`${name}\` of shape ${expected} but received [${mask.shape.join(", ")}].`,
  );
}
