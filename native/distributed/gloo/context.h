// gloo's set of connections, for functions that libtorch_cpu exports. It is only handled by pointer: no layout is assumed.
#pragma once

#include <chrono>
#include <memory>

#include "gloo/transport/device.h"

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
  std::chrono::milliseconds getTimeout() const;
  /// The connection to a rank.
  std::unique_ptr<transport::Pair>& getPair(int rank);
};

}  // namespace gloo
