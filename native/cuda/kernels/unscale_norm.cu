// Gradients times a factor, a look for inf and nan, and their 2-norm: one pass over all of them, and one over a sum for each chunk. Squares are
// summed in float64, in an order that does not depend on the device; those of float32 numbers do not overflow there, so only inf or nan makes the
// sum so.
#include "element.h"
#include "entries_optim.h"
#include "multi_tensor.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
/// Elements that a thread block takes: enough blocks for a whole device from a few million gradients on.
constexpr int kChunk = 16 * 1024;
constexpr int kFinishThreads = 512;

struct GradBatch {
  static constexpr int kMost = (kArgumentBytes - 64) / static_cast<int>(sizeof(GradTensor));
  int count;
  GradTensor tensors[kMost];
};

/// What a gradient is multiplied in: float32, or float64 for float64.
__device__ inline double toMath(double x) { return x; }
template <typename T>
__device__ inline float toMath(T x) { return toFloat(x); }
__device__ inline double timesIn(double x, float factor) { return x * static_cast<double>(factor); }
__device__ inline float timesIn(float x, float factor) { return x * factor; }
template <typename T>
__device__ inline T rounded(float x) { return fromFloat<T>(x); }
template <typename T>
__device__ inline T rounded(double x) { return x; }

/// A chunk: thread t has every 256th group of 16 bytes. `writes`: the product is rounded and written, and what was written is summed.
template <typename T>
__global__ void __launch_bounds__(kThreads) unscale(const __grid_constant__ GradBatch batch, const float* factor, bool write, double* partials) {
  constexpr int kWide = 16 / sizeof(T);
  __shared__ double sums[kThreads];
  const GradTensor& tensor = batch.tensors[entryAt(batch.tensors, batch.count, blockIdx.x)];
  const int64_t begin = (blockIdx.x - tensor.start) * kChunk;
  T* data = static_cast<T*>(tensor.data) + begin;
  const int n = static_cast<int>(min(int64_t{kChunk}, tensor.n - begin));
  const float by = factor == nullptr ? 1.0f : *factor;
  const bool writes = write && by != 1;
  double sum = 0;
  const auto take = [&](T& x) {
    const auto product = timesIn(toMath(x), by);
    if (writes) x = rounded<T>(product);
    const double summed = writes ? static_cast<double>(toMath(x)) : static_cast<double>(product);
    sum = fma(summed, summed, sum);
  };
  const bool isWide = reinterpret_cast<uintptr_t>(data) % 16 == 0;
  const int wide = isWide ? n / kWide * kWide : 0;
#pragma unroll 4
  for (int i = static_cast<int>(threadIdx.x) * kWide; i < wide; i += kThreads * kWide) {
    auto values = load<T, kWide>(data + i);
#pragma unroll
    for (int j = 0; j < kWide; ++j) take(values.at[j]);
    if (writes) store(data + i, values);
  }
  for (int i = wide + static_cast<int>(threadIdx.x); i < n; i += kThreads) {
    T value = data[i];
    take(value);
    if (writes) data[i] = value;
  }
  sum = sumOfBlock<kThreads>(sum, sums);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

__global__ void __launch_bounds__(kFinishThreads) finishNorm(const double* partials, int64_t count, float* norm, float* foundInf) {
  __shared__ double sums[kFinishThreads];
  double sum = 0;
  for (int64_t i = threadIdx.x; i < count; i += kFinishThreads) sum += partials[i];
  sum = sumOfBlock<kFinishThreads>(sum, sums);
  if (threadIdx.x != 0) return;
  *norm = static_cast<float>(sqrt(sum));
  if (!(sum < INFINITY)) *foundInf = 1;
}

template <typename T>
int unscaleAll(const GradTensor* tensors, int64_t count, const float* factor, bool write, double* partials, void* stream) {
  for (int64_t first = 0; first < count; first += GradBatch::kMost) {
    GradBatch batch{};
    batch.count = static_cast<int>(count - first < GradBatch::kMost ? count - first : GradBatch::kMost);
    int64_t units = 0;
    for (int i = 0; i < batch.count; ++i) {
      batch.tensors[i] = tensors[first + i];
      batch.tensors[i].start = units;
      units += ceilDiv(batch.tensors[i].n, kChunk);
    }
    if (units == 0) continue;
    FABRIC_LAUNCH((unscale<T>), static_cast<unsigned>(units), kThreads, 0, stream, batch, factor, write, partials);
    if (const int status = launched(); status != 0) return status;
    partials += units;
  }
  return 0;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int64_t fabric_cuda_unscale_chunk() { return kChunk; }

FABRIC_ENTRY fabric_cuda_unscale(int element, const GradTensor* tensors, int64_t count, const float* factor, bool write, double* partials, void* stream) {
  if (element == kFloat64) return unscaleAll<double>(tensors, count, factor, write, partials, stream);
  return withElement(static_cast<Element>(element), [&](auto of) { return unscaleAll<decltype(of)>(tensors, count, factor, write, partials, stream); });
}

FABRIC_ENTRY fabric_cuda_finish_norm(const double* partials, int64_t count, float* norm, float* foundInf, void* stream) {
  FABRIC_LAUNCH(finishNorm, 1, kFinishThreads, 0, stream, partials, count, norm, foundInf);
  return launched();
}

}  // namespace fabric::cuda
