// The table of process groups: an id of JavaScript to a c10d::ProcessGroup. What builds on groups (a gradient reducer) starts here.
#pragma once

#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <memory>
#include <mutex>
#include <unordered_map>

#include "jobs.h"
#include "stores.h"

namespace fabric::distributed {

using WorkPtr = c10::intrusive_ptr<c10d::Work>;

struct Group {
  int64_t id = 0;
  std::string name;
  int rank = 0, size = 1;
  std::vector<int64_t> ranks;  // by rank in the group, the rank among all
  milliseconds timeout{0};
  bool debug = false;
  StorePtr store;  // of the group alone, by a prefix
  std::mutex storeMutex;
  c10::intrusive_ptr<c10d::ProcessGroup> processGroup;  // null once destroyed
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;      // its backend for the CPU; null if it has none
  c10::intrusive_ptr<c10d::Backend> nccl;               // its backend for CUDA; null if it has none
  at::Device device = at::kCPU;                         // this rank's, where there is `nccl`
  std::shared_ptr<Channel> channel;                     // of the thread of JavaScript that made the group

  std::mutex mutex;
  std::unordered_map<int64_t, std::shared_ptr<Job>> pending;
  bool destroyed = false;
  bool reported = false;  // whether a failure was looked into
  bool aborted = false;   // whether `nccl` was
  std::mutex abortMutex;  // held meanwhile
  int64_t sequence = 0;   // collectives started; the same on every rank
  // Debug mode: collectives that wait for their turn to be compared, in order; one thread works through them.
  std::deque<std::function<void()>> turns;
  bool turning = false;
  StorePtr turnStore;  // that thread's connection
};

/// The group of an id. @throws c10::Error if there is none, or it was destroyed.
std::shared_ptr<Group> groupOf(int64_t id);

/// The group's connections, which then outlive `destroy`. @throws KnownFailure "destroyed"
c10::intrusive_ptr<c10d::ProcessGroup> held(Group& group);

/// A rank as users know it: the global one.
std::vector<int> globalRanks(const Group& group, const std::vector<int>& ranks);

/// What an exception of an operation of the group means: names the peer, and after a time-out the ranks that hang.
Failure groupFailure(Group& group, int64_t sequence);

/// Another connection to the group's store, for whoever waits in it. @throws KnownFailure "peer_lost" if it cannot be reached.
StorePtr storeApart(Group& group, milliseconds timeout);

/// Ends what NCCL does, also on the device; it can do nothing any more then.
void abortNccl(Group& group);

/// Ranks in the group whose connections have ended. Only gloo knows that.
std::vector<int> lostPeers(Group& group);

/// Adds the job to the group's pending ones, or removes it.
void begin(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job);
void end(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job);

}  // namespace fabric::distributed
