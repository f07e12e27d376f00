// What scales are found from: the largest magnitude of a tensor now, and histories of those of earlier steps.
#include "entries_fp8.h"
#include "fp8.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
constexpr float kLargestFloat = 3.402823466e38f;

/// The scale for tensors whose largest magnitude is `most`.
__device__ inline float currentScale(float most, const FabricFp8Scale& of) {
  most = most < of.epsilon ? of.epsilon : most;
  float scale = most == 0 || !(fabsf(most) <= kLargestFloat) ? 1.0f : of.target / most;
  if (fabsf(scale) > kLargestFloat) scale = kLargestFloat;
  return of.isPowerOfTwo ? __uint_as_float(__float_as_uint(scale) & 0xff800000u) : scale;
}

/// `state`: the largest magnitude so far and the number of blocks that are done, both 0 before. The last block writes the result.
template <typename T>
__global__ void __launch_bounds__(kThreads) amax(const T* __restrict__ x, int64_t n, FabricFp8Scale scale, uint32_t* state, float* out) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kThreads * 16;
  float most = 0;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * 16; at < n; at += stride) {
    if (at + 16 <= n) {
      float low[8], high[8];
      load8(x + at, low);
      load8(x + at + 8, high);
      most = grow(grow(most, low), high);
    } else {
      for (int64_t i = at; i < n; ++i) most = grow(most, toFloat(x[i]));
    }
  }
  const float all = blockMax<kThreads>(most);
  if (threadIdx.x != 0) return;
  atomicMax(state, __float_as_uint(all));
  // What this block found is to be seen before that it is done.
  __threadfence();
  if (atomicAdd(state + 1, 1u) != gridDim.x - 1) return;
  const float found = __uint_as_float(atomicMax(state, 0u));
  *out = scale.target == 0 ? found : currentScale(found, scale);
}

/// Larger of the two; a NaN gives way.
__device__ inline float larger(float a, float b) { return b > a || a != a ? b : a; }

/// A block for each slot of each history. All threads write what they read a barrier before.
__global__ void __launch_bounds__(kThreads) updateScales(const __grid_constant__ FabricFp8Histories all, float target, bool isMostRecent) {
  __shared__ float shared[kThreads / kWarp];
  const auto& one = all.of[blockIdx.x];
  const int64_t slots = one.slots, length = one.length;
  const int lane = threadIdx.x % kWarp;
  for (int64_t slot = blockIdx.y; slot < slots; slot += gridDim.y) {
    float* column = one.history + slot;
    const float reduced = one.reduced == nullptr ? 0.0f : one.reduced[slot];
    const float last = reduced != 0 ? reduced : column[0];
    // Neither history nor scale change; the same for all threads.
    if (last == 0) continue;
    // Row 1 is dropped, but counts once more.
    float most = last;
    for (int64_t begin = 1; begin < length; begin += kThreads) {
      const int64_t row = begin + threadIdx.x;
      const bool isInside = row < length, moves = row + 1 < length;
      const float next = moves ? column[(row + 1) * slots] : last;
      if (begin == 1 && threadIdx.x == 0) most = larger(most, column[slots]);
      if (moves) most = larger(most, next);
      __syncthreads();
      if (isInside) column[row * slots] = next;
    }
    for (int with = kWarp / 2; with > 0; with /= 2) most = larger(most, __shfl_xor_sync(kAllLanes, most, with));
    if (lane == 0) shared[threadIdx.x / kWarp] = most;
    __syncthreads();
    if (threadIdx.x == 0) {
      for (int i = 1; i < kThreads / kWarp; ++i) most = larger(most, shared[i]);
      column[0] = 0;
      const float from = isMostRecent ? last : most;
      if (from > 0 && from <= kLargestFloat) {
        const float scale = target / from;
        one.scale[slot] = fabsf(scale) > kLargestFloat ? kLargestFloat : scale;
      }
    }
    __syncthreads();
  }
}

}  // namespace

/// The largest magnitude of `n` elements, or the scale that follows from it, to `out`. `state`: 8 bytes.
FABRIC_ENTRY fabric_cuda_fp8_amax(int element, const void* x, int64_t n, FabricFp8Scale scale, void* state, float* out, void* stream) {
  if (const cudaError_t error = cudaMemsetAsync(state, 0, 8, static_cast<cudaStream_t>(stream)); error != cudaSuccess) return static_cast<int>(error);
  const unsigned grid = gridFor(ceilDiv(n, int64_t{kThreads} * 16), 8);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    FABRIC_LAUNCH((amax<T>), grid, kThreads, 0, stream, static_cast<const T*>(x), n, scale, static_cast<uint32_t*>(state), out);
    return launched();
  });
}

FABRIC_ENTRY fabric_cuda_fp8_update_scales(const FabricFp8Histories* histories, float target, int isMostRecent, void* stream) {
  int slots = 1;
  for (int i = 0; i < histories->count; ++i) slots = histories->of[i].slots > slots ? histories->of[i].slots : slots;
  const dim3 grid(static_cast<unsigned>(histories->count), static_cast<unsigned>(slots < 65535 ? slots : 65535));
  const FabricFp8Histories all = *histories;
  FABRIC_LAUNCH(updateScales, grid, kThreads, 0, stream, all, target, isMostRecent != 0);
  return launched();
}

}  // namespace fabric::cuda
