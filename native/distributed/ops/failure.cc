#include "failure.h"

#include <c10/util/Exception.h>
#include <c10/util/Flags.h>
#include <torch/csrc/distributed/c10d/exception.h>

#include <algorithm>
#include <cstdlib>

C10_DECLARE_int(caffe2_log_level);

namespace fabric::distributed {
namespace {

bool contains(const std::string& text, std::initializer_list<const char*> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return text.find(part) != std::string::npos; });
}

/// gloo and c10d's stores throw types that say less than their texts.
std::string kindOf(const std::string& text) {
  if (contains(text, {"EADDRINUSE"})) return "address_in_use";
  if (contains(text, {"Timed out", "timed out", "imeout"})) return "timeout";
  if (contains(text, {"closed by peer", "reset by peer", "Connection closed", "Connection refused", "Broken pipe", "Socket closed", "Failed to recv", "failed to recv", "recvValue failed", "sendBytes failed", "recvVector failed"})) return "peer_lost";
  return "other";
}

/// c10d writes every failure to stderr with a C++ stack, also those that it throws: the errors say it already.
bool quieten() {
  constexpr int kFatal = 3;
  if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = kFatal;
  return true;
}
const bool quiet = quieten();

}  // namespace

Failure currentFailure() {
  try {
    throw;
  } catch (const KnownFailure& e) {
    return {e.kind, e.what()};
  } catch (const c10d::TimeoutError& e) {
    return {"timeout", e.what_without_backtrace()};
  } catch (const c10::Error& e) {
    const std::string text = e.what_without_backtrace();
    const std::string kind = kindOf(text);
    return {kind == "other" && dynamic_cast<const c10::DistNetworkError*>(&e) != nullptr ? "peer_lost" : kind, text};
  } catch (const std::exception& e) {
    return {kindOf(e.what()), e.what()};
  } catch (...) {
    return {"other", "an unknown C++ exception"};
  }
}

}  // namespace fabric::distributed
