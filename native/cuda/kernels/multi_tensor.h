// One launch for many tensors: a list of them travels by value as the kernel's argument, so that a captured CUDA graph keeps it.
#pragma once

#include "device.h"

namespace fabric::cuda {

/// Bytes of arguments that every device and driver takes.
constexpr int kArgumentBytes = 4096;

/// The tensor that work unit `unit` belongs to. Entry i of `list` has the units from list[i].start on; the starts ascend from 0.
template <typename Entry>
__device__ inline int entryAt(const Entry* list, int count, int64_t unit) {
  int low = 0, high = count - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (list[middle].start <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/// Sums a number of each of the block's `kThreads` threads in a fixed order; the sum is in thread 0. `shared` has room for all of them.
template <int kThreads>
__device__ inline double sumOfBlock(double value, double* shared) {
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int half = kThreads / 2; half > 0; half /= 2) {
    if (static_cast<int>(threadIdx.x) < half) shared[threadIdx.x] += shared[threadIdx.x + half];
    __syncthreads();
  }
  const double sum = shared[0];
  __syncthreads();
  return sum;
}

}  // namespace fabric::cuda
