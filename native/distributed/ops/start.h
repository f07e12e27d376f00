// Starts an operation of a group as a job.
#pragma once

#include "groups.h"

namespace fabric::distributed {

/// What a collective has to do around the transfer itself.
struct Operation {
  /// Hands the operation to the backend, in the order of the calls; null when nothing has to be transferred.
  std::function<WorkPtr(c10d::ProcessGroup&)> issue;
  /// Moves results where the caller wants them, once the transfer is done.
  std::function<void()> after;
  /// Where the tensors are. On a device, `after` runs on the current stream of whoever takes the result.
  at::Device device = at::kCPU;
  /// Whether nobody may go on before the device is done, as after a barrier.
  bool blocks = false;
};

/// Starts a collective: `words` describes it for the comparison of debug mode. @return the job's id
int64_t startCollective(int64_t channel, int64_t group, const std::string& words, Operation operation);

/// Starts a send or receive of a tensor on `device`; `after` gets the finished work.
int64_t startTransfer(int64_t channel, int64_t group, at::Device device, const std::function<WorkPtr(c10d::ProcessGroup&)>& issue, std::function<void(c10d::Work&, Job&)> after);

}  // namespace fabric::distributed
