// Trust ratios of LAMB and LARS: a pass that sums the squares of parameters and of their steps' directions, chunk by chunk, and one that adds the
// chunks' sums in order. Float64 throughout; the order does not depend on the device.
#include "../../common/kernels/optim_trust.h"
#include "optim_step.h"

namespace fabric::cuda {
namespace {

/// Blocks of 256 elements whose squares a thread block sums.
constexpr int kBlocks = 64;
constexpr int64_t kChunk = kBlocks * kOptimBlock;

template <StepRule rule, bool is8bit>
__global__ void __launch_bounds__(kOptimThreads) sumSquares(const __grid_constant__ OptimBatch batch, double* partials) {
  const OptimCommon& common = batch.common;
  if (isCancelled(common)) return;
  __shared__ Search8 search[is8bit ? mapsOf(rule) : 1];
  __shared__ double sums[kOptimThreads];
  if constexpr (is8bit) {
    copySearch8(common.search1, search[0]);
    if constexpr (mapsOf(rule) == 2) copySearch8(common.search2, search[1]);
    __syncthreads();
  }
  const float factor = gradFactor(common);
  const OptimTensor& tensor = batch.tensors[entryAt(batch.tensors, batch.count, blockIdx.x)];
  const int64_t begin = (blockIdx.x - tensor.start) * kBlocks, end = min(begin + kBlocks, ceilDiv(tensor.n, kOptimBlock));
  OptimWork<rule, is8bit> work;
  const bool isWide = work.isWide(tensor);
  work.begin(common, tensor);
  double direction = 0, param = 0;
  for (int64_t block = begin + static_cast<int>(threadIdx.x) / kWarp; block < end; block += kOptimWarps) {
    work.take(common, tensor, search, factor, isWide, block);
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
      if (i >= work.at.left) break;
      direction += static_cast<double>(work.direction[i]) * static_cast<double>(work.direction[i]);
      param += static_cast<double>(work.p[i]) * static_cast<double>(work.p[i]);
    }
  }
  direction = sumOfBlock<kOptimThreads>(direction, sums);
  param = sumOfBlock<kOptimThreads>(param, sums);
  if (threadIdx.x == 0) partials[2 * blockIdx.x] = direction, partials[2 * blockIdx.x + 1] = param;
}

struct TrustBatch {
  struct Entry {
    int64_t start, chunks;
    float* unorm;
    const StepNumbers* row;
  };
  TrustNumbers numbers;
  const float* foundInf;
  const double* partials;
  float* steps;
  Entry entries[OptimBatch::kMost];
};

/// One thread block a parameter.
__global__ void __launch_bounds__(kOptimThreads) finishTrust(const __grid_constant__ TrustBatch batch) {
  if (batch.foundInf != nullptr && *batch.foundInf != 0) return;
  __shared__ double sums[kOptimThreads];
  const TrustBatch::Entry& entry = batch.entries[blockIdx.x];
  double direction = 0, param = 0;
  for (int64_t chunk = threadIdx.x; chunk < entry.chunks; chunk += kOptimThreads) {
    direction += batch.partials[2 * (entry.start + chunk)];
    param += batch.partials[2 * (entry.start + chunk) + 1];
  }
  direction = sumOfBlock<kOptimThreads>(direction, sums);
  param = sumOfBlock<kOptimThreads>(param, sums);
  if (threadIdx.x != 0) return;
  TrustNumbers numbers = batch.numbers;
  if (entry.row != nullptr) numbers.perDirection = entry.row->perDirection, numbers.step = entry.row->step;
  double unorm = 0;
  const double trust = trustOf(numbers, direction, param, unorm);
  batch.steps[blockIdx.x] = static_cast<float>(numbers.step * trust);
  if (entry.unorm != nullptr) *entry.unorm = static_cast<float>(unorm * unorm);
}

template <StepRule rule, bool is8bit>
int trustOfAll(const OptimCommon& common, const TrustNumbers& numbers, const OptimTensor* tensors, int64_t count, double* partials, float* steps, float* const* unorm,
               void* stream) {
  return forBatches(common, tensors, count, kChunk, [&](OptimBatch& batch, int64_t first) {
    if (batch.units > 0) {
      FABRIC_LAUNCH((sumSquares<rule, is8bit>), static_cast<unsigned>(batch.units), kOptimThreads, 0, stream, batch, partials);
      if (const int status = launched(); status != 0) return status;
    }
    TrustBatch trust{numbers, common.foundInf, partials, steps + first, {}};
    for (int i = 0; i < batch.count; ++i) {
      const OptimTensor& tensor = batch.tensors[i];
      trust.entries[i] = {tensor.start, ceilDiv(tensor.n, kChunk), unorm == nullptr ? nullptr : unorm[first + i], tensor.row};
    }
    FABRIC_LAUNCH(finishTrust, static_cast<unsigned>(batch.count), kOptimThreads, 0, stream, trust);
    partials += 2 * batch.units;
    return launched();
  });
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int64_t fabric_cuda_trust_chunk() { return kChunk; }

FABRIC_ENTRY fabric_cuda_trust(const OptimCommon* common, const TrustNumbers* trust, const OptimTensor* tensors, int64_t count, double* partials, float* steps,
                               float* const* unorm, void* stream) {
  const auto run = [&](auto all) { return all(*common, *trust, tensors, count, partials, steps, unorm, stream); };
  if (common->rule == StepRule::Adam) return common->is8bit ? run(trustOfAll<StepRule::Adam, true>) : run(trustOfAll<StepRule::Adam, false>);
  if (common->rule == StepRule::Momentum) return common->is8bit ? run(trustOfAll<StepRule::Momentum, true>) : run(trustOfAll<StepRule::Momentum, false>);
  return static_cast<int>(cudaErrorInvalidValue);
}

}  // namespace fabric::cuda
