// Thread state behind the contexts: gradient and inference mode, autocast, default dtype.
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include "fabric/entry.h"

namespace fabric {
namespace {

thread_local std::vector<std::unique_ptr<c10::InferenceMode>> inferenceStack;

struct AutocastState {
  c10::DeviceType device;
  bool enabled;
  at::ScalarType dtype;
  bool cache;
};
thread_local std::vector<AutocastState> autocastStack;

napi_value isGradEnabled(EnvState& s, const Args&) { return boolValue(s, c10::GradMode::is_enabled()); }

napi_value setGradEnabled(EnvState& s, const Args& a) {
  c10::GradMode::set_enabled(boolOf(s, a[0], "enabled"));
  return undefinedValue(s);
}

napi_value inferenceEnter(EnvState& s, const Args& a) {
  inferenceStack.push_back(std::make_unique<c10::InferenceMode>(boolOf(s, a[0], "enabled")));
  return undefinedValue(s);
}

napi_value inferenceExit(EnvState& s, const Args&) {
  if (inferenceStack.empty()) throw CodedError("FABRIC_USAGE_CONTEXT_ORDER", "no inferenceMode is open");
  inferenceStack.pop_back();
  return undefinedValue(s);
}

napi_value isInferenceEnabled(EnvState& s, const Args&) { return boolValue(s, c10::InferenceMode::is_enabled()); }

/// autocastEnter(deviceType, dtype, enabled, cache)
napi_value autocastEnter(EnvState& s, const Args& a) {
  const auto device = static_cast<c10::DeviceType>(intOf(s, a[0], "device"));
  const auto dtype = static_cast<at::ScalarType>(intOf(s, a[1], "dtype"));
  const bool enabled = boolOf(s, a[2], "enabled");
  const bool cache = boolOf(s, a[3], "cache");
  autocastStack.push_back({device, at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device),
                           at::autocast::is_autocast_cache_enabled()});
  at::autocast::set_autocast_enabled(device, enabled);
  at::autocast::set_autocast_dtype(device, dtype);
  at::autocast::set_autocast_cache_enabled(cache);
  at::autocast::increment_nesting();
  return undefinedValue(s);
}

napi_value autocastExit(EnvState& s, const Args&) {
  if (autocastStack.empty()) throw CodedError("FABRIC_USAGE_CONTEXT_ORDER", "no autocast is open");
  // The weight-cast cache lives as long as the outermost autocast.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  const AutocastState before = autocastStack.back();
  autocastStack.pop_back();
  at::autocast::set_autocast_enabled(before.device, before.enabled);
  at::autocast::set_autocast_dtype(before.device, before.dtype);
  at::autocast::set_autocast_cache_enabled(before.cache);
  return undefinedValue(s);
}

napi_value autocastClearCache(EnvState& s, const Args&) {
  at::autocast::clear_cache();
  return undefinedValue(s);
}

/// autocastState(deviceType): [enabled, dtype, cache, depth]
napi_value autocastState(EnvState& s, const Args& a) {
  const auto device = static_cast<c10::DeviceType>(intOf(s, a[0], "device"));
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, 4, &out);
  napi_set_element(s.env, out, 0, boolValue(s, at::autocast::is_autocast_enabled(device)));
  napi_set_element(s.env, out, 1, intValue(s, static_cast<int64_t>(at::autocast::get_autocast_dtype(device))));
  napi_set_element(s.env, out, 2, boolValue(s, at::autocast::is_autocast_cache_enabled()));
  napi_set_element(s.env, out, 3, intValue(s, static_cast<int64_t>(autocastStack.size())));
  return out;
}

napi_value setDefaultDtype(EnvState& s, const Args& a) {
  const auto dtype = static_cast<at::ScalarType>(intOf(s, a[0], "dtype"));
  if (!at::isFloatingType(dtype)) throw CodedError("FABRIC_TENSOR_ARGUMENT", "the default dtype must be a floating-point dtype");
  s.defaultDtype = dtype;  // CallGuard hands it to libtorch for the length of each call
  return undefinedValue(s);
}

napi_value getDefaultDtype(EnvState& s, const Args&) { return intValue(s, static_cast<int64_t>(s.defaultDtype)); }

}  // namespace

void registerModes(napi_env env, napi_value exports) {
  add(env, exports, "isGradEnabled", entry<isGradEnabled>);
  add(env, exports, "setGradEnabled", entry<setGradEnabled>);
  add(env, exports, "inferenceEnter", entry<inferenceEnter>);
  add(env, exports, "inferenceExit", entry<inferenceExit>);
  add(env, exports, "isInferenceEnabled", entry<isInferenceEnabled>);
  add(env, exports, "autocastEnter", entry<autocastEnter>);
  add(env, exports, "autocastExit", entry<autocastExit>);
  add(env, exports, "autocastClearCache", entry<autocastClearCache>);
  add(env, exports, "autocastState", entry<autocastState>);
  add(env, exports, "setDefaultDtype", entry<setDefaultDtype>);
  add(env, exports, "getDefaultDtype", entry<getDefaultDtype>);
}

}  // namespace fabric
