// What libtorch_cuda exports of at::cuda::CUDAGraph, the same in libtorch 2.11 to 2.14. Objects are made in memory of ample size.
#pragma once

#include <utility>

/// As CUDA's runtime numbers them.
enum cudaStreamCaptureMode { cudaStreamCaptureModeGlobal = 0, cudaStreamCaptureModeThreadLocal = 1, cudaStreamCaptureModeRelaxed = 2 };

namespace at::cuda {

using PoolIdentity = std::pair<unsigned long long, unsigned long long>;

struct __attribute__((visibility("default"))) CUDAGraph {
  explicit CUDAGraph(bool keepGraph);
  ~CUDAGraph();
  void capture_begin(PoolIdentity pool, cudaStreamCaptureMode mode);
  void capture_end();
  void replay();
  void reset();
  PoolIdentity pool();
};

__attribute__((visibility("default"))) PoolIdentity graph_pool_handle();

}  // namespace at::cuda
