// In the place of graph_cuda.cc for a libtorch without CUDA.
#include "fabric/env.h"
#include "graph.h"

namespace fabric::cuda {
namespace {

[[noreturn]] void refuse() {
  throw CodedError("FABRIC_UNSUPPORTED_GRAPHS",
                   "the addon was built for a libtorch without CUDA graphs. Install a CUDA build of libtorch 2.11 or newer and build the addon for it: FABRIC_LIBTORCH=... npm run setup");
}

}  // namespace

std::shared_ptr<Graph> makeGraph() { refuse(); }
PoolId newPool() { refuse(); }
bool isCapturing() { return false; }
bool hasGraphs() { return false; }

}  // namespace fabric::cuda
