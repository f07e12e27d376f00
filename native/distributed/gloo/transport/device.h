// Declarations of gloo's transport for functions that libtorch_cpu exports. Only pointers are handled: no layout is assumed.
#pragma once

#include <exception>
#include <string>

namespace gloo::transport {

class Device;
class UnboundBuffer;
class Pair;

namespace tcp {

/// The connection to one peer; TLS pairs are derived from it.
class Pair {
 public:
  /// Ends the connection with an error: every operation that waits for it fails with `message`.
  std::exception_ptr signalExceptionExternal(const std::string& message);
  bool isConnected();
};

}  // namespace tcp
}  // namespace gloo::transport
