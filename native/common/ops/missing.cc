// Operators called on a device that has no kernels for them.
#include "common.h"

namespace fabric::FABRIC_LIBRARY {

void missingKernel(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  std::string device = "this device";
  for (const c10::IValue& value : *stack)
    if (value.isTensor() && value.toTensor().defined() && !value.toTensor().is_cpu()) device = value.toTensor().device().str();
  const std::string remedy = device.rfind("cuda", 0) == 0
                                 ? "Install its CUDA kernels: pnpm add @fabric/kernels-cuda. Or move the tensors to the CPU."
                                 : "Move the tensors to the CPU.";
  TORCH_CHECK_NOT_IMPLEMENTED(false, op.schema().name(), " has no kernel for ", device, ". ", remedy);
}

}  // namespace fabric::FABRIC_LIBRARY
