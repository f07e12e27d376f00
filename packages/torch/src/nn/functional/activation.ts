// Activations that no single operator computes.

import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions } from "../arguments.js";

/** `softmax(-input)` along `dim`. */
export function softmin(input: Tensor, dim: number): Tensor {
  return aten.softmax(input.neg(), dim);
}

/** `input / (1 + |input|)`. */
export function softsign(input: Tensor): Tensor {
  return input.div(input.abs().add(1));
}

/** `input - tanh(input)`. */
export function tanhshrink(input: Tensor): Tensor {
  return input.sub(input.tanh());
}

/** Options of {@link gumbelSoftmax}. */
export interface GumbelSoftmaxOptions {
  /** Temperature, default 1. */
  tau?: number;
  /** Return one-hot samples whose gradient is that of the soft ones; default false. */
  hard?: boolean;
  /** Default -1. */
  dim?: number;
}

/** A sample of the Gumbel-softmax distribution with unnormalised log-probabilities `logits`. */
export function gumbelSoftmax(logits: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  checkOptions("gumbelSoftmax", options, ["tau", "hard", "dim"]);
  const { tau = 1, hard = false, dim = -1 } = options;
  const gumbels = aten.emptyLike(logits).exponential_().log().neg();
  const soft = aten.softmax(logits.add(gumbels).div(tau), dim);
  if (!hard) return soft;
  const index = soft.argmax(dim, true);
  const oneHot = aten.zerosLike(logits).scatter_(dim, index, 1);
  return oneHot.sub(soft.detach()).add(soft);
}
