// Managed memory, for optimizer states that may outgrow the device: the paged optimizers of QLoRA (Dettmers et al. 2023).
#include <initializer_list>
#include <map>
#include <mutex>

#include "device.h"
#include "entries_paged.h"

namespace fabric::cuda {
namespace {

/// Where the pages of one device are moved, so that a step computes meanwhile. Never destroyed: the driver may be gone first.
struct Mover {
  cudaStream_t stream = nullptr;
  /// The work that was queued when a call came, and the end of what it moves.
  cudaEvent_t queued = nullptr, moved = nullptr;
};

std::mutex guard;

/// While it lives, calls that belong to no stream may be made although this thread records a graph: state is made, and found by a collector, at
/// any time.
class Relaxed {
 public:
  Relaxed() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  ~Relaxed() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  Relaxed(const Relaxed&) = delete;
  Relaxed& operator=(const Relaxed&) = delete;

 private:
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;
};

/// A failure that was reported must not be found by the next launch.
int told(cudaError_t error) {
  if (error != cudaSuccess) cudaGetLastError();
  return static_cast<int>(error);
}

/// Whether managed memory may outgrow the current device, and is moved while the device works.
cudaError_t movesPages(int& device, bool& moves) {
  int can = 0;
  cudaError_t error = cudaGetDevice(&device);
  if (error == cudaSuccess) error = cudaDeviceGetAttribute(&can, cudaDevAttrConcurrentManagedAccess, device);
  moves = can != 0;
  return error;
}

cudaError_t moverOf(int device, Mover& mover) {
  static auto& movers = *new std::map<int, Mover>;
  Mover& known = movers[device];
  cudaError_t error = cudaSuccess;
  if (known.stream == nullptr) error = cudaStreamCreateWithFlags(&known.stream, cudaStreamNonBlocking);
  for (cudaEvent_t* event : {&known.queued, &known.moved})
    if (error == cudaSuccess && *event == nullptr) error = cudaEventCreateWithFlags(event, cudaEventDisableTiming);
  mover = known;
  return error;
}

cudaError_t prefetch(const void* data, size_t bytes, int device, cudaStream_t stream) {
  cudaPointerAttributes attributes;
  const cudaError_t error = cudaPointerGetAttributes(&attributes, data);
  if (error != cudaSuccess || attributes.type != cudaMemoryTypeManaged) return error;
#if CUDART_VERSION >= 13000
  const cudaMemLocation where{cudaMemLocationTypeDevice, device};
  return cudaMemPrefetchAsync(data, bytes, where, 0, stream);
#else
  return cudaMemPrefetchAsync(data, bytes, device, stream);
#endif
}

}  // namespace

FABRIC_ENTRY fabric_cuda_managed_allocate(int64_t bytes, void** data, bool* outgrows) {
  const Relaxed relaxed;
  int device = 0;
  cudaError_t error = movesPages(device, *outgrows);
  if (error == cudaSuccess) error = cudaMallocManaged(data, static_cast<size_t>(bytes), cudaMemAttachGlobal);
  return told(error);
}

FABRIC_ENTRY fabric_cuda_managed_free(void* data) {
  const Relaxed relaxed;
  return told(cudaFree(data));
}

FABRIC_ENTRY fabric_cuda_prefetch(const void* const* data, const int64_t* bytes, int64_t count, void* stream) {
  const auto current = static_cast<cudaStream_t>(stream);
  int device = 0;
  bool moves = false;
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  cudaError_t error = cudaStreamIsCapturing(current, &status);
  if (error == cudaSuccess) error = movesPages(device, moves);
  if (error != cudaSuccess || !moves || status != cudaStreamCaptureStatusNone) return told(error);
  const std::lock_guard<std::mutex> lock(guard);
  Mover mover;
  error = moverOf(device, mover);
  // Not before the work that is queued: pages that are moved too early push out those that it uses.
  if (error == cudaSuccess) error = cudaEventRecord(mover.queued, current);
  if (error == cudaSuccess) error = cudaStreamWaitEvent(current, mover.moved, 0);
  if (error == cudaSuccess) error = cudaStreamWaitEvent(mover.stream, mover.queued, 0);
  for (int64_t i = 0; i < count && error == cudaSuccess; ++i)
    if (bytes[i] > 0) error = prefetch(data[i], static_cast<size_t>(bytes[i]), device, mover.stream);
  if (error == cudaSuccess) error = cudaEventRecord(mover.moved, mover.stream);
  return told(error);
}

}  // namespace fabric::cuda
