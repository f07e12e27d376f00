// The numbers of steps that are counted in the device's memory, under a rate that lies there too: a CUDA graph counts on with each replay.
#include "../../common/kernels/step_numbers.h"
#include "entries_optim.h"
#include "multi_tensor.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 64;

struct StepBatch {
  static constexpr int kMost = (kArgumentBytes - 512) / static_cast<int>(sizeof(float*));
  OptimKind kind;
  OptimOptions options;
  const float *lr, *foundInf;
  StepNumbers* numbers;
  int count;
  float* steps[kMost];
};
static_assert(sizeof(StepBatch) <= kArgumentBytes, "fits into the arguments of a launch");

/// One thread a parameter: float64 functions take long, but are few.
__global__ void __launch_bounds__(kThreads) countSteps(const __grid_constant__ StepBatch batch) {
  const int i = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
  if (i >= batch.count) return;
  OptimOptions options = batch.options;
  options.lr = *batch.lr;
  const float next = *batch.steps[i] + 1;
  batch.numbers[i] = stepNumbersOf(batch.kind, options, next);
  if (batch.foundInf == nullptr || *batch.foundInf == 0) *batch.steps[i] = next;
}

}  // namespace

FABRIC_ENTRY fabric_cuda_step_numbers(const OptimKind* kind, const OptimOptions* options, const float* lr, const float* foundInf, float* const* steps, int64_t count,
                                      StepNumbers* numbers, void* stream) {
  for (int64_t first = 0; first < count; first += StepBatch::kMost) {
    StepBatch batch{*kind, *options, lr, foundInf, numbers + first, 0, {}};
    batch.count = static_cast<int>(count - first < StepBatch::kMost ? count - first : StepBatch::kMost);
    for (int i = 0; i < batch.count; ++i) batch.steps[i] = steps[first + i];
    FABRIC_LAUNCH(countSteps, static_cast<unsigned>(ceilDiv(batch.count, kThreads)), kThreads, 0, stream, batch);
    if (const int status = launched(); status != 0) return status;
  }
  return 0;
}

}  // namespace fabric::cuda
