// Optimizer steps with blockwise 8-bit state: decoded, advanced and coded again in one pass.
#include "optim_step.h"

namespace fabric::cuda {

FABRIC_ENTRY fabric_cuda_optim8(const OptimCommon* common, const OptimTensor* tensors, int64_t count, void* stream) {
  return stepByRule<true>(*common, tensors, count, stream);
}

}  // namespace fabric::cuda
