// Runs of consecutive elements, blocks or rows, that groups of threads take: a few lanes for a short run, all threads of a block for a long one.
// Each thread holds its part in registers between the search for the largest magnitude and the encoding, so that memory is read once.
#pragma once

#include "wide.h"

namespace fabric::cuda {

constexpr int kRunThreads = 256;
/// Elements that a thread reads at a time, and how many times it keeps them; what is beyond is read again, from the caches.
constexpr int kChunk = 8, kHeld = 2;

/// Threads for a run of `length`: so many lanes of a warp, a power of two, that they hold it, or the whole block.
inline int groupFor(int64_t length) {
  int lanes = 1;
  while (lanes <= kWarp && int64_t{lanes} * kChunk * kHeld < length) lanes *= 2;
  return lanes <= kWarp ? lanes : kRunThreads;
}

/// A grid for `runs` runs of groups of `size` threads.
inline unsigned gridForRuns(int64_t runs, int size) { return gridFor(ceilDiv(runs, kRunThreads / size), 2048 / kRunThreads); }

/// A thread's place in its group.
struct Group {
  int size, member;
  __device__ explicit Group(int size) : size(size), member(static_cast<int>(threadIdx.x) % size) {}
  /// The start of chunk `i` of this thread in the run.
  __device__ int64_t at(int64_t i) const { return (i * size + member) * kChunk; }
};

/// Eight elements in float32, zeros from `left` on. `isWide` says that the address is aligned for whole chunks.
template <typename T>
__device__ inline void loadChunk(const T* from, int64_t left, bool isWide, float (&x)[kChunk]) {
  if (isWide && left >= kChunk) load8(from, x);
  else loadSome(from, left, x);
}

/// Writes the first `left` of eight codes.
template <typename C>
__device__ inline void storeChunk(C* to, int64_t left, bool isWide, const Pack<C, kChunk>& codes) {
  static_assert(sizeof(C) == 1, "codes are bytes");
  if (isWide && left >= kChunk) store(to, codes);
  else
#pragma unroll
    for (int j = 0; j < kChunk; ++j)
      if (j < left) to[j] = codes.at[j];
}

/// The largest of the group's values, in all of its threads. Every thread of the block comes here; `scratch` has a word for each warp.
__device__ inline unsigned largestOfGroup(unsigned value, int size, unsigned* scratch) {
  if (size <= kWarp) {
    for (int step = size / 2; step > 0; step /= 2) value = max(value, __shfl_xor_sync(kAllLanes, value, step));
    return value;
  }
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  value = __reduce_max_sync(kAllLanes, value);
  // Nobody writes for the next run while someone still reads for this one.
  __syncthreads();
  if (lane == 0) scratch[threadIdx.x / kWarp] = value;
  __syncthreads();
  return __reduce_max_sync(kAllLanes, lane < kRunThreads / kWarp ? scratch[lane] : 0u);
}

/// Scales a block to [-1, 1]: a product with the reciprocal of absmax, or a quotient where that reciprocal overflows. A block of zeros stays one.
struct BlockScale {
  __device__ explicit BlockScale(float absmax) : absmax(absmax), inverse(absmax == 0 ? 0.0f : 1.0f / absmax), divides(inverse == INFINITY) {}
  __device__ float operator()(float x) const { return divides ? x / absmax : x * inverse; }
  float absmax, inverse;
  bool divides;
};

}  // namespace fabric::cuda
