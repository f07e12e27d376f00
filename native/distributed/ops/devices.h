// Work that runs on a device after the call that started it has returned: NCCL's.
#pragma once

#include "groups.h"

namespace fabric::distributed {

/// Watches the work until the device has done it. Then the job, if there is one, ends; a failure ends what else the group does on the device, and becomes
/// that of the job, or a late one of the group if the job has ended.
void follow(const std::shared_ptr<Group>& group, const WorkPtr& work, int64_t sequence, const std::shared_ptr<Job>& job);

/// Whether waiting blocks the thread until the device is done, as TORCH_NCCL_BLOCKING_WAIT=1 asks, rather than the thread's current stream.
bool waitsBlock();

}  // namespace fabric::distributed
