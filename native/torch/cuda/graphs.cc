// The entries of graphs.
#include <algorithm>

#include "cuda.h"
#include "graph.h"

namespace fabric::cuda {
namespace {

struct GraphBox final : Boxed {
  std::shared_ptr<Graph> graph = makeGraph();
  bool isRecording = false;
  explicit GraphBox(EnvState* s) : Boxed(kGraph, s) {}
  ~GraphBox() override {
    // A recording that nobody ends keeps its graph: the stream is still writing it.
    if (!isRecording) destroyWhenAllowed(std::move(graph));
  }
};

GraphBox& boxOf(EnvState& s, napi_value v) {
  void* data = nullptr;
  if (napi_get_value_external(s.env, v, &data) != napi_ok || data == nullptr || static_cast<Boxed*>(data)->kind != Boxed::kGraph) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a cuda.CUDAGraph");
  }
  return *static_cast<GraphBox*>(data);
}

PoolId poolOf(EnvState& s, napi_value v) {
  if (isNullish(s, v)) return {0, 0};
  const auto numbers = intsOf(s, v, "pool");
  if (numbers.size() != 2) throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a pool as CUDAGraph.pool() or graphPoolHandle() gives it");
  return {static_cast<uint64_t>(numbers[0]), static_cast<uint64_t>(numbers[1])};
}

napi_value poolValue(EnvState& s, const PoolId& pool) {
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, 2, &out);
  napi_set_element(s.env, out, 0, intValue(s, static_cast<int64_t>(pool.first)));
  napi_set_element(s.env, out, 1, intValue(s, static_cast<int64_t>(pool.second)));
  return out;
}

napi_value newGraph(EnvState& s, const Args&) {
  if (hasGraphs()) guard();
  return wrapBox(s, new GraphBox(&s));
}

/// cudaGraphBegin(graph, pool, mode): mode is 0 global, 1 thread_local, 2 relaxed.
napi_value begin(EnvState& s, const Args& a) {
  auto& box = boxOf(s, a[0]);
  const auto mode = static_cast<CaptureMode>(std::clamp<int64_t>(intOf(s, a[2], "mode"), 0, 2));
  recordingBegan();
  try {
    box.graph->begin(poolOf(s, a[1]), mode);
  } catch (...) {
    recordingEnded();
    throw;
  }
  box.isRecording = true;
  return undefinedValue(s);
}

napi_value end(EnvState& s, const Args& a) {
  auto& box = boxOf(s, a[0]);
  TORCH_CHECK(box.isRecording, "captureEnd: this graph is not being recorded; call captureBegin first");
  box.isRecording = false;
  try {
    box.graph->end();
  } catch (...) {
    recordingEnded();
    throw;
  }
  recordingEnded();
  return undefinedValue(s);
}

napi_value replay(EnvState& s, const Args& a) {
  boxOf(s, a[0]).graph->replay();
  return undefinedValue(s);
}

napi_value reset(EnvState& s, const Args& a) {
  boxOf(s, a[0]).graph->reset();
  return undefinedValue(s);
}

napi_value pool(EnvState& s, const Args& a) { return poolValue(s, boxOf(s, a[0]).graph->pool()); }

napi_value poolHandle(EnvState& s, const Args&) {
  if (hasGraphs()) guard();
  return poolValue(s, newPool());
}

napi_value capturing(EnvState& s, const Args&) { return boolValue(s, whyUnavailable().empty() && isCapturing()); }

}  // namespace

void registerGraphs(napi_env env, napi_value exports) {
  add(env, exports, "cudaGraphNew", entry<newGraph>);
  add(env, exports, "cudaGraphBegin", entry<begin>);
  add(env, exports, "cudaGraphEnd", entry<end>);
  add(env, exports, "cudaGraphReplay", entry<replay>);
  add(env, exports, "cudaGraphReset", entry<reset>);
  add(env, exports, "cudaGraphPool", entry<pool>);
  add(env, exports, "cudaGraphPoolNew", entry<poolHandle>);
  add(env, exports, "cudaCapturing", entry<capturing>);
}

}  // namespace fabric::cuda
