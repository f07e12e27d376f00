// What an exception of c10d or gloo means.
#pragma once

#include <stdexcept>

#include "jobs.h"

namespace fabric::distributed {

/// An error of ours whose kind is known.
class KnownFailure : public std::runtime_error {
 public:
  KnownFailure(std::string kind, const std::string& text) : std::runtime_error(text), kind(std::move(kind)) {}
  const std::string kind;
};

/// The exception being handled: "timeout", "peer_lost", "address_in_use", "destroyed", "mismatch" or "other", with its text.
Failure currentFailure();

}  // namespace fabric::distributed
