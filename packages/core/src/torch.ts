// The namespace of @fabric/torch and its parts under the names that core re-exports.

import * as torch from "@fabric/torch";

export {
  type Device,
  type DType,
  FabricError,
  type Tensor,
  TorchError,
  autograd,
  data,
  functional,
  isFabricError,
  isTensor,
  nn,
  optim,
  safetensors,
} from "@fabric/torch";
export { torch };
