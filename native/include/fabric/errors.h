// Translation of C++ exceptions into JS errors, once, at the boundary.
#pragma once

#include <node_api.h>

#include "fabric/env.h"

namespace fabric {

/// Makes the exception being handled the pending JS exception. Call inside `catch (...)`.
void throwPending(EnvState& s) noexcept;
void throwCoded(napi_env env, const char* code, const std::string& message) noexcept;
/// Takes the pending JS exception and throws it as a JsException, for libtorch to carry.
[[noreturn]] void rethrowFromJs(EnvState& s);
void installWarningHandler(EnvState& s);
/// Hands libtorch's warnings, collected during a call, to JS.
void flushWarnings(EnvState& s);

}  // namespace fabric
