// Who is told when gradients are cleared: what keeps some of them elsewhere.

import type { Tensor } from "./tensor.js";

type Listener = (parameters: readonly Tensor[]) => void;

let listener: Listener | null = null;

/** Calls `fn` with the parameters whose gradients `zeroGrad` of an optimizer or a module clears. @internal */
export function setZeroGradListener(fn: Listener): void {
  listener = fn;
}

/** @internal */
export function tellZeroGrad(parameters: readonly Tensor[]): void {
  listener?.(parameters);
}
