// Registration of hand-written entries: one wrapper translates every exception.
#pragma once

#include <node_api.h>

#include "fabric/convert.h"
#include "fabric/env.h"
#include "fabric/errors.h"

namespace fabric {

struct Args {
  static constexpr size_t kMax = 8;
  napi_value v[kMax];
  size_t count = kMax;
  napi_value operator[](size_t i) const { return v[i]; }
};

using Entry = napi_value (*)(EnvState&, const Args&);

template <Entry F>
napi_value entry(napi_env env, napi_callback_info info) {
  Args args;
  napi_get_cb_info(env, info, &args.count, args.v, nullptr, nullptr);
  EnvState& s = stateOf(env);
  napi_value result = nullptr;
  try {
    CallGuard guard(s);
    s.rollBatch();
    result = F(s, args);
  } catch (...) {
    throwPending(s);
    return nullptr;
  }
  if (!s.warnings.empty()) flushWarnings(s);
  return result;
}

inline void add(napi_env env, napi_value exports, const char* name, napi_callback fn) {
  napi_value value = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, fn, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}

inline napi_value boolValue(EnvState& s, bool b) {
  napi_value v = nullptr;
  napi_get_boolean(s.env, b, &v);
  return v;
}
inline napi_value undefinedValue(EnvState& s) {
  napi_value v = nullptr;
  napi_get_undefined(s.env, &v);
  return v;
}
inline napi_value nullValue(EnvState& s) {
  napi_value v = nullptr;
  napi_get_null(s.env, &v);
  return v;
}
inline napi_value textValue(EnvState& s, const std::string& text) {
  napi_value v = nullptr;
  napi_create_string_utf8(s.env, text.c_str(), text.size(), &v);
  return v;
}

void registerCalls(napi_env env, napi_value exports);
void registerTensors(napi_env env, napi_value exports);
void registerScopes(napi_env env, napi_value exports);
void registerModes(napi_env env, napi_value exports);
void registerAutograd(napi_env env, napi_value exports);
void registerRandom(napi_env env, napi_value exports);
void registerRuntime(napi_env env, napi_value exports);
void registerFiles(napi_env env, napi_value exports);
void registerShare(napi_env env, napi_value exports);
void registerStorage(napi_env env, napi_value exports);

}  // namespace fabric
