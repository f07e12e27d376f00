// NCCL through c10d's own backend, where libtorch is a CUDA build and the headers were there to compile against.
#pragma once

#include <memory>
#include <string>

#include "groups.h"

namespace fabric::distributed {

/// Why this build has no NCCL; empty if it has.
std::string ncclAbsence();

/// NCCL between the group's devices; with `atOnce` they are connected when it returns, for which every rank has to call it, else with the first collective.
/// @throws c10::Error
c10::intrusive_ptr<c10d::Backend> connectNccl(const Group& group, at::Device device, bool atOnce);

}  // namespace fabric::distributed
