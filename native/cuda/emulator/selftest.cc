// Kernels that show what the emulator refuses and what it orders; run by the tests as fabric_emulated::selftest.
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/library.h>

#include "../kernels/tensor_core.h"

namespace fabric::cuda {
namespace {

/// Half of a warp waits for the block, half for the warp.
__global__ void divergentBarrier(float* to) {
  if (threadIdx.x % 32 < 16) __syncthreads();
  else __syncwarp();
  to[threadIdx.x] = 1;
}

/// A shuffle whose mask leaves out lanes that still run.
__global__ void absentLanes(float* to) {
  to[threadIdx.x] = threadIdx.x < 16 ? __shfl_xor_sync(0x0000ffffu, 1.0f, 1) : 0.0f;
  __syncthreads();
}

/// Writes through shared memory, with or without the barrier between writing and reading a neighbour's word.
template <bool isGuarded>
__global__ void neighbours(float* to) {
  __shared__ float words[64];
  words[threadIdx.x] = -1;
  __syncthreads();
  words[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (isGuarded) __syncthreads();
  to[threadIdx.x] = words[(threadIdx.x + 1) % 64];
}

/// Reads what cp.async brings, with or without waiting for it.
template <bool isWaiting>
__global__ void copies(float* to) {
  alignas(16) __shared__ float words[4];
  if (threadIdx.x == 0) {
    words[0] = -1;
    to[1] = 5;
    copyAsync16(words, to, true);
    to[1] = 7;
    commitCopies();
    if (isWaiting) waitCopies<0>();
    to[0] = words[0];
    if (!isWaiting) waitCopies<0>();
  }
}

/// Ends while copies are on their way.
__global__ void forgottenCopies(float* to) {
  alignas(16) __shared__ float words[4];
  copyAsync16(words, to, true);
  commitCopies();
}

at::Tensor selftest(c10::string_view name) {
  at::Tensor out = at::zeros({64});
  float* to = out.mutable_data_ptr<float>();
  void* stream = nullptr;
  if (name == "divergent barrier") FABRIC_LAUNCH(divergentBarrier, 1, 64, 0, stream, to);
  else if (name == "absent lanes") FABRIC_LAUNCH(absentLanes, 1, 32, 0, stream, to);
  else if (name == "guarded neighbours") FABRIC_LAUNCH(neighbours<true>, 1, 64, 0, stream, to);
  else if (name == "unguarded neighbours") FABRIC_LAUNCH(neighbours<false>, 1, 64, 0, stream, to);
  else if (name == "copies waited for") FABRIC_LAUNCH(copies<true>, 1, 32, 0, stream, to);
  else if (name == "copies not waited for") FABRIC_LAUNCH(copies<false>, 1, 32, 0, stream, to);
  else if (name == "forgotten copies") FABRIC_LAUNCH(forgottenCopies, 1, 1, 0, stream, to);
  else if (name == "managed memory") {
    to[0] = static_cast<float>(emulator::managedBlocks());
    to[1] = static_cast<float>(emulator::prefetchedBytes());
  } else TORCH_CHECK_VALUE(false, "no selftest is called ", name);
  return out;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric_emulated, m) { m.def("selftest(str name) -> Tensor", &selftest); }

}  // namespace fabric::cuda
