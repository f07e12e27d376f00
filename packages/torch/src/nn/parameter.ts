// Parameter: a tensor that a module trains and a state dict carries.

import { isComplex, isFloatingPoint } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { aliasHandle, isTensor, TENSOR_TOKEN, Tensor } from "../tensor.js";

/** Options of {@link Parameter}. */
export interface ParameterOptions {
  /** Whether gradients are collected; default true. */
  requiresGrad?: boolean;
}

/**
 * A leaf tensor that modules find by themselves when it stands in one of their fields.
 *
 * It shares the storage of `tensor`, and is never freed by `torch.scope`, also when it is made inside one.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT` if `tensor` is not a Tensor, or is to require gradients although its
 * dtype is an integer or bool.
 *
 * @example
 * ```ts
 * class Scale extends nn.Module {
 *   factor = new nn.Parameter(torch.ones([1]));
 *   forward(x: Tensor) { return x.mul(this.factor); }
 * }
 * ```
 */
export class Parameter extends Tensor {
  /** Only a type: without it the compiler would take any tensor for a parameter. @internal */
  declare protected readonly parameterBrand: never;

  constructor(tensor: Tensor, { requiresGrad = true }: ParameterOptions = {}) {
    super(TENSOR_TOKEN, aliasHandle(checkTensor(tensor, requiresGrad)));
    if (requiresGrad) this.requiresGrad = true;
  }

  /** A parameter with a copy of the content; what `nn.copyModule` uses. A subclass that keeps more overrides it. */
  copyParameter(): Parameter {
    return new Parameter(this.detach().clone(), { requiresGrad: this.requiresGrad });
  }
}

function checkTensor(tensor: Tensor, requiresGrad: boolean): Tensor {
  if (!isTensor(tensor)) {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `Parameter: expected a Tensor but received ${show(tensor)}. Make one with torch.tensor(...) or torch.empty(...).`,
    );
  }
  const { dtype } = tensor;
  if (requiresGrad && !isFloatingPoint(dtype) && !isComplex(dtype)) {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `Parameter: only floating point and complex tensors can collect gradients, but the dtype is "${dtype}". Pass { requiresGrad: false }, or cast it first.`,
    );
  }
  return tensor;
}
