// Optimizer steps with float32 state, for parameters that are too small or too sparse for codes.
#include "optim_step.h"

namespace fabric::cuda {

FABRIC_ENTRY fabric_cuda_optim32(const OptimCommon* common, const OptimTensor* tensors, int64_t count, void* stream) {
  return stepByRule<false>(*common, tensors, count, stream);
}

}  // namespace fabric::cuda
