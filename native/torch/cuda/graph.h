// A recorded piece of a stream's work: graph_cuda.cc for a libtorch with CUDA, graph_none.cc for one without.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace fabric::cuda {

/// Identifies memory that graphs share; {0, 0} for none.
using PoolId = std::pair<uint64_t, uint64_t>;

enum class CaptureMode { kGlobal, kThreadLocal, kRelaxed };

struct Graph {
  virtual ~Graph() = default;
  /// Records the current stream, which must not be the default one.
  virtual void begin(PoolId pool, CaptureMode mode) = 0;
  /// Throws if what was recorded cannot be replayed; the recording is over then as well.
  virtual void end() = 0;
  virtual void replay() = 0;
  virtual void reset() = 0;
  virtual PoolId pool() = 0;
};

/// @throws CodedError FABRIC_UNSUPPORTED_GRAPHS where the addon was built without them.
std::shared_ptr<Graph> makeGraph();
PoolId newPool();
/// Whether the current stream of this thread is being recorded.
bool isCapturing();
bool hasGraphs();

}  // namespace fabric::cuda
