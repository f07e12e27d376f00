// What every kernel includes: CUDA, or the emulator that runs the same source on the CPU so that tests need no GPU.
#pragma once

#include <cstdint>

#ifdef FABRIC_EMULATED
#include "../emulator/emulator.h"
#else
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

/// Starts `kernel` and goes on to the next line; a kernel with several template arguments stands in parentheses.
#define FABRIC_LAUNCH(kernel, grid, block, shared, stream, ...) kernel<<<(grid), (block), (shared), static_cast<cudaStream_t>(stream)>>>(__VA_ARGS__)

/// The launch's dynamic shared memory as bytes, aligned for vector accesses.
#define FABRIC_DYNAMIC_SHARED(name)                       \
  extern __shared__ __align__(128) uint8_t fabricShared[]; \
  uint8_t* name = fabricShared
#endif

/// Entry points have C linkage and plain arguments, so that what calls them needs no CUDA. They return 0 or the code of a CUDA error,
/// which fabric_cuda_error words.
#define FABRIC_ENTRY extern "C" __attribute__((visibility("default"))) int

namespace fabric::cuda {

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

inline __host__ __device__ int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Streaming multiprocessors of the current device.
inline int multiprocessors() {
  int device = 0, count = 1;
  cudaGetDevice(&device);
  cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device);
  return count;
}

/// A grid for a loop over `work` blocks of threads that strides by the grid: at most `perProcessor` blocks a multiprocessor.
inline unsigned gridFor(int64_t work, int perProcessor) {
  const int64_t most = static_cast<int64_t>(multiprocessors()) * perProcessor;
  return static_cast<unsigned>(work < 1 ? 1 : work < most ? work : most);
}

/// Lets `kernel` be launched with more dynamic shared memory than the 48 KB that every device gives.
template <typename Kernel>
int allowShared(Kernel* kernel, int bytes) {
  return static_cast<int>(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel), cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
}

/// The result of an entry point: what the launch before it met.
inline int launched() { return static_cast<int>(cudaGetLastError()); }

}  // namespace fabric::cuda
