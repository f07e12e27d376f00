// Versions, devices, threads, memory statistics, operator libraries, warnings.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <omp.h>

#include <algorithm>

#include "cuda/cuda.h"
#include "fabric/entry.h"
#include "fabric/memory.h"
#include "half/capability.h"

namespace fabric {

void forgetOverloads();

namespace {

/// info(): JSON about the loaded libtorch.
napi_value info(EnvState& s, const Args&) {
  const bool hasCuda = at::globalContext().hasCUDA();
  napi_value out = nullptr;
  napi_create_object(s.env, &out);
  napi_set_named_property(s.env, out, "builtFor", textValue(s, TORCH_VERSION));
  napi_set_named_property(s.env, out, "cpuCapability", textValue(s, at::get_cpu_capability()));
  napi_set_named_property(s.env, out, "config", textValue(s, at::show_config()));
  napi_set_named_property(s.env, out, "hasCuda", boolValue(s, hasCuda));
  napi_set_named_property(s.env, out, "cudaBuilt", boolValue(s, cuda::isBuilt()));
  napi_set_named_property(s.env, out, "cudaDevices", intValue(s, hasCuda ? at::detail::getCUDAHooks().deviceCount() : 0));
  napi_value halfCpu = nullptr;
  napi_create_object(s.env, &halfCpu);
  for (const auto dtype : {c10::kBFloat16, c10::kHalf}) {
    const char* route = half::routeOf(dtype) == half::Route::kNative ? "native" : "float32";
    napi_set_named_property(s.env, halfCpu, dtype == c10::kHalf ? "float16" : "bfloat16", textValue(s, route));
  }
  napi_set_named_property(s.env, out, "halfCpu", halfCpu);
  napi_set_named_property(s.env, out, "hasMps", boolValue(s, at::globalContext().hasMPS()));
  return out;
}

napi_value setNumThreads(EnvState& s, const Args& a) {
  const int64_t n = intOf(s, a[0], "threads");
  if (n < 1 || n > 4096) throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected between 1 and 4096 threads but received " + std::to_string(n));
  at::set_num_threads(static_cast<int>(n));
  return undefinedValue(s);
}

/// ownThreads(n): how many threads operators called from this thread use, whatever the others do.
napi_value ownThreads(EnvState& s, const Args& a) {
  at::get_num_threads();  // libtorch sets the number once a thread, at its first use
  omp_set_num_threads(static_cast<int>(std::max<int64_t>(1, intOf(s, a[0], "threads"))));
  return undefinedValue(s);
}

napi_value getNumThreads(EnvState& s, const Args&) { return intValue(s, at::get_num_threads()); }

/// memory(): [cpu bytes, cpu peak bytes, handles of device type 0, 1, ...]
napi_value memory(EnvState& s, const Args&) {
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, 2 + s.live.size(), &out);
  napi_set_element(s.env, out, 0, intValue(s, cpuBytes()));
  napi_set_element(s.env, out, 1, intValue(s, cpuPeakBytes()));
  for (size_t i = 0; i < s.live.size(); ++i) napi_set_element(s.env, out, static_cast<uint32_t>(i + 2), intValue(s, s.live[i]));
  return out;
}

napi_value resetPeakMemory(EnvState& s, const Args&) {
  resetCpuPeak();
  return undefinedValue(s);
}

/// loadLibrary(path): dlopens a library of operators (TORCH_LIBRARY).
napi_value loadLibrary(EnvState& s, const Args& a) {
  const std::string path = stringOf(s, a[0], "path");
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
    const char* reason = dlerror();
    throw CodedError("FABRIC_MISSING_LIBRARY", "could not load `" + path + "`: " + (reason == nullptr ? "unknown reason" : reason));
  }
  forgetOverloads();
  return undefinedValue(s);
}

napi_value setWarningSink(EnvState& s, const Args& a) {
  if (s.onWarning != nullptr) napi_delete_reference(s.env, s.onWarning);
  s.onWarning = nullptr;
  napi_create_reference(s.env, a[0], 1, &s.onWarning);
  return undefinedValue(s);
}

/// setAnchors(array): element 0 holds the anchor that a numeric handle's wrapper must reference.
napi_value setAnchors(EnvState& s, const Args& a) {
  napi_create_reference(s.env, a[0], 1, &s.anchors);
  s.newBatch();
  return undefinedValue(s);
}

napi_value setFlushDenormal(EnvState& s, const Args& a) { return boolValue(s, at::globalContext().setFlushDenormal(boolOf(s, a[0], "mode"))); }

napi_value setDeterministic(EnvState& s, const Args& a) {
  at::globalContext().setDeterministicAlgorithms(boolOf(s, a[0], "mode"), boolOf(s, a[1], "warnOnly"));
  return undefinedValue(s);
}

}  // namespace

void registerRuntime(napi_env env, napi_value exports) {
  add(env, exports, "info", entry<info>);
  add(env, exports, "setNumThreads", entry<setNumThreads>);
  add(env, exports, "ownThreads", entry<ownThreads>);
  add(env, exports, "getNumThreads", entry<getNumThreads>);
  add(env, exports, "memory", entry<memory>);
  add(env, exports, "resetPeakMemory", entry<resetPeakMemory>);
  add(env, exports, "loadLibrary", entry<loadLibrary>);
  add(env, exports, "setWarningSink", entry<setWarningSink>);
  add(env, exports, "setAnchors", entry<setAnchors>);
  add(env, exports, "setFlushDenormal", entry<setFlushDenormal>);
  add(env, exports, "setDeterministic", entry<setDeterministic>);
}

}  // namespace fabric
