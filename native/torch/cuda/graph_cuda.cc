// Graphs on libtorch's own CUDA class, which takes care of memory and of random numbers. It is declared here and not included: its header asks for
// CUDA's, a part of which (crt/) comes with a compiler only. The configuration links against what is declared here, or takes graph_none.cc.
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <algorithm>
#include <new>
#include <optional>
#include <vector>

#include "cuda.h"
#include "cuda_graph_class.h"
#include "graph.h"

namespace fabric::cuda {
namespace {

/// The stream that this thread records.
thread_local std::optional<c10::Stream> recorded;

cudaStreamCaptureMode modeOf(CaptureMode mode) {
  switch (mode) {
    case CaptureMode::kThreadLocal: return cudaStreamCaptureModeThreadLocal;
    case CaptureMode::kRelaxed: return cudaStreamCaptureModeRelaxed;
    default: return cudaStreamCaptureModeGlobal;
  }
}

/// Memory for an object whose size its library alone knows; a quarter at its end must stay as it was.
class Room {
 public:
  Room() : bytes_(static_cast<unsigned char*>(::operator new(kBytes, std::align_val_t(64)))) { std::fill_n(bytes_, kBytes, kUntouched); }
  ~Room() { ::operator delete(bytes_, std::align_val_t(64)); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  void* get() { return bytes_; }
  bool suffices() const {
    return std::all_of(bytes_ + kBytes / 4 * 3, bytes_ + kBytes, [](unsigned char b) { return b == kUntouched; });
  }

 private:
  static constexpr size_t kBytes = 8192;
  static constexpr unsigned char kUntouched = 0xA5;
  unsigned char* bytes_;
};

/// at::cuda::CUDAGraph in its room.
class Held {
 public:
  Held() : graph_(::new (room_.get()) at::cuda::CUDAGraph(false)) {
    TORCH_CHECK(room_.suffices(), "the CUDAGraph of this libtorch is larger than expected; report it with the output of `fabric doctor`");
  }
  ~Held() { graph_->~CUDAGraph(); }
  at::cuda::CUDAGraph* operator->() { return graph_; }

 private:
  Room room_;
  at::cuda::CUDAGraph* graph_;
};

class CudaGraph final : public Graph {
 public:
  void begin(PoolId pool, CaptureMode mode) override {
    const auto devices = guard();
    const auto stream = devices.getStream(devices.getDevice());
    (*graph_)->capture_begin({pool.first, pool.second}, modeOf(mode));
    recorded = stream;
  }

  void end() override {
    recorded.reset();
    try {
      (*graph_)->capture_end();
    } catch (...) {
      abandon();
      throw;
    }
  }

  void replay() override { (*graph_)->replay(); }
  void reset() override { (*graph_)->reset(); }

  PoolId pool() override {
    const auto id = (*graph_)->pool();
    return {id.first, id.second};
  }

 private:
  /// A recording that failed leaves an object that cannot be used again.
  void abandon() {
#if TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 14
    // Before 2.14 libtorch's allocator goes on asking it whether an allocation belongs to it: it has to stay.
    static std::vector<std::unique_ptr<Held>> kept;
    kept.push_back(std::move(graph_));
#else
    (*graph_)->reset();
#endif
    graph_ = std::make_unique<Held>();
  }

  std::unique_ptr<Held> graph_ = std::make_unique<Held>();
};

/// Asks the stream itself where this libtorch can, else what this thread began.
template <typename Guard>
bool isCapturingStream(const Guard& devices, const c10::Stream& stream) {
  if constexpr (requires { devices.isStreamCapturing(stream); }) {
    return devices.isStreamCapturing(stream);
  } else {
    return recorded == stream;
  }
}

}  // namespace

std::shared_ptr<Graph> makeGraph() { return std::make_shared<CudaGraph>(); }

PoolId newPool() {
  const auto id = at::cuda::graph_pool_handle();
  return {id.first, id.second};
}

bool isCapturing() {
  const auto devices = guard();
  return isCapturingStream(devices, devices.getStream(devices.getDevice()));
}

bool hasGraphs() { return true; }

}  // namespace fabric::cuda
