#include "fabric/errors.h"

#include <c10/util/Exception.h>

namespace fabric {
namespace {

class QueueingWarningHandler final : public c10::WarningHandler {
 public:
  explicit QueueingWarningHandler(EnvState* s) : state_(s) {}
  void process(const c10::Warning& warning) override {
    // Other threads of libtorch have their own handler; this one belongs to the environment's thread.
    if (state_->warnings.size() < 64) state_->warnings.push_back(warning.msg());
  }

 private:
  EnvState* state_;
};

/// C++ text without the stack that libtorch appends.
const char* codeOf(const c10::Error& e) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&e) != nullptr) return "FABRIC_TENSOR_OUT_OF_MEMORY";
  if (dynamic_cast<const c10::NotImplementedError*>(&e) != nullptr) return "FABRIC_UNSUPPORTED_OPERATOR";
  return "FABRIC_TENSOR_OPERATOR";
}

}  // namespace

void throwCoded(napi_env env, const char* code, const std::string& message) noexcept {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, code, message.c_str());
}

void throwPending(EnvState& s) noexcept {
  try {
    throw;
  } catch (const JsException& e) {
    napi_value holder = e.thrown->value();
    napi_value error = nullptr;
    if (holder != nullptr && napi_get_element(s.env, holder, 0, &error) == napi_ok) {
      napi_throw(s.env, error);
    } else {
      throwCoded(s.env, "FABRIC_TENSOR_NATIVE", e.what());
    }
  } catch (const CodedError& e) {
    throwCoded(s.env, e.code, e.what());
  } catch (const c10::Error& e) {
    throwCoded(s.env, codeOf(e), e.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throwCoded(s.env, "FABRIC_TENSOR_OUT_OF_MEMORY", "out of memory");
  } catch (const std::exception& e) {
    throwCoded(s.env, "FABRIC_TENSOR_OPERATOR", e.what());
  } catch (...) {
    throwCoded(s.env, "FABRIC_TENSOR_NATIVE", "an unknown C++ exception");
  }
}

void rethrowFromJs(EnvState& s) {
  napi_value error = nullptr;
  napi_value holder = nullptr;
  if (napi_get_and_clear_last_exception(s.env, &error) == napi_ok && error != nullptr &&
      napi_create_array_with_length(s.env, 1, &holder) == napi_ok) {
    napi_set_element(s.env, holder, 0, error);
    throw JsException(std::make_shared<JsRef>(&s, holder));
  }
  throw CodedError("FABRIC_TENSOR_NATIVE", "a JavaScript callback failed without an exception");
}

void installWarningHandler(EnvState& s) {
  static thread_local std::unique_ptr<QueueingWarningHandler> handler;
  handler = std::make_unique<QueueingWarningHandler>(&s);
  c10::WarningUtils::set_warning_handler(handler.get());
}

void flushWarnings(EnvState& s) {
  if (s.warnings.empty() || s.onWarning == nullptr) return;
  std::vector<std::string> messages;
  messages.swap(s.warnings);
  napi_value fn = nullptr, undefined = nullptr;
  if (napi_get_reference_value(s.env, s.onWarning, &fn) != napi_ok || fn == nullptr) return;
  napi_get_undefined(s.env, &undefined);
  for (const auto& message : messages) {
    napi_value text = nullptr;
    napi_create_string_utf8(s.env, message.c_str(), message.size(), &text);
    if (napi_call_function(s.env, undefined, fn, 1, &text, nullptr) != napi_ok) return;
  }
}

}  // namespace fabric
