// Columns with outliers, found without the host: from the bits that quantising rows sets to a sorted list and its length, both on the device.
#include "device.h"
#include "entries_int8_codes.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;

/// One block. A thread takes neighbouring words, so that a sum over the threads before it tells where its columns go.
__global__ void __launch_bounds__(kThreads) listColumns(const uint32_t* __restrict__ marks, int64_t words, int64_t capacity, int64_t* __restrict__ list, int32_t* __restrict__ counts) {
  __shared__ int ofWarp[kWarps];
  const int64_t each = ceilDiv(words, kThreads), first = threadIdx.x * each, last = min(first + each, words);
  int count = 0;
  for (int64_t i = first; i < last; ++i) count += __popc(marks[i]);
  const int lane = static_cast<int>(threadIdx.x) % kWarp, warp = static_cast<int>(threadIdx.x) / kWarp;
  int upTo = count;
#pragma unroll
  for (int step = 1; step < kWarp; step *= 2) {
    const int before = __shfl_up_sync(kAllLanes, upTo, step);
    if (lane >= step) upTo += before;
  }
  if (lane == kWarp - 1) ofWarp[warp] = upTo;
  __syncthreads();
  int all = 0;
  int64_t to = upTo - count;
#pragma unroll
  for (int i = 0; i < kWarps; ++i) {
    if (i < warp) to += ofWarp[i];
    all += ofWarp[i];
  }
  for (int64_t i = first; i < last; ++i)
    for (uint32_t bits = marks[i]; bits != 0; bits &= bits - 1, ++to)
      if (to < capacity) list[to] = i * 32 + __ffs(static_cast<int>(bits)) - 1;
  if (threadIdx.x == 0) {
    counts[0] = all;
    counts[1] = all > capacity ? 1 : 0;
  }
}

/// A warp takes a row, its lanes the words of marks.
__global__ void __launch_bounds__(kThreads) zeroColumns(int8_t* __restrict__ q, int64_t rows, int64_t cols, const uint32_t* __restrict__ marks, const int32_t* __restrict__ counts) {
  if (__ldg(counts) == 0) return;
  const int64_t words = ceilDiv(cols, 32), step = static_cast<int64_t>(gridDim.x) * kWarps;
  for (int64_t row = static_cast<int64_t>(blockIdx.x) * kWarps + threadIdx.x / kWarp; row < rows; row += step)
    for (int64_t word = threadIdx.x % kWarp; word < words; word += kWarp)
      for (uint32_t bits = __ldg(marks + word); bits != 0; bits &= bits - 1) q[row * cols + word * 32 + __ffs(static_cast<int>(bits)) - 1] = 0;
}

}  // namespace

/// The columns that `marks`, of `fabric_cuda_int8_quantize_rows`, tell: ascending in `list`, as many as `capacity` lets; how many there are in counts[0],
/// also where that is more; counts[1] is 1 then and else 0.
FABRIC_ENTRY fabric_cuda_outlier_columns(const uint32_t* marks, int64_t cols, int64_t capacity, int64_t* list, int32_t* counts, void* stream) {
  FABRIC_LAUNCH(listColumns, 1, kThreads, 0, stream, marks, ceilDiv(cols, 32), capacity, list, counts);
  return launched();
}

/// Codes of 0 in all marked columns, whether the list held them or not. Where counts[0] is 0 nothing is read but that.
FABRIC_ENTRY fabric_cuda_zero_outlier_columns(int8_t* q, int64_t rows, int64_t cols, const uint32_t* marks, const int32_t* counts, void* stream) {
  if (rows == 0 || cols == 0) return 0;
  FABRIC_LAUNCH(zeroColumns, gridFor(ceilDiv(rows, kWarps), 8), kThreads, 0, stream, q, rows, cols, marks, counts);
  return launched();
}

}  // namespace fabric::cuda
