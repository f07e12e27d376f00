// The namespace of @fabric/torch and its parts under the names that core re-exports.

import * as torch from "@fabric/torch";

export {
  autograd,
  type Device,
  type DType,
  data,
  distributed,
  FabricError,
  functional,
  isFabricError,
  isTensor,
  nn,
  optim,
  safetensors,
  type Tensor,
  TorchError,
} from "@fabric/torch";
export { torch };
