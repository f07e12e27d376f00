#include "devices.h"

#include <chrono>
#include <cstdlib>
#include <thread>

#include "failure.h"
#include "threads.h"

namespace fabric::distributed {
namespace {

using Clock = std::chrono::steady_clock;

// Asking the driver costs a microsecond or two; a training step waits for its stream and not for this.
constexpr auto kShortestPause = std::chrono::microseconds(50);
constexpr auto kLongestPause = std::chrono::microseconds(1000);
/// NCCL may wait for a process that is gone until its time-out; gloo's connections, where the group has them, know sooner.
constexpr auto kLookForPeers = std::chrono::milliseconds(500);
/// A peer that has ended well was done with its part: ours is about to be.
constexpr auto kGraceForPeers = std::chrono::milliseconds(5000);

struct Followed {
  std::shared_ptr<Group> group;
  WorkPtr work;
  int64_t sequence;
  std::shared_ptr<Job> job;
  Clock::time_point looked = Clock::now();
  std::optional<Clock::time_point> lost = std::nullopt;  // since when a peer is known to be gone
};

struct Watch {
  std::mutex mutex;
  std::vector<Followed> entries;
  bool running = false;
};
/// Never destroyed: work may be under way when the process ends.
Watch& watch() {
  static auto* made = new Watch;
  return *made;
}

void fail(const Followed& item, const std::exception_ptr& error) {
  runBlocking([item, error] {
    // The device is free again, and streams that wait for it go on.
    abortNccl(*item.group);
    Failure failure;
    try {
      std::rethrow_exception(error);
    } catch (...) {
      failure = groupFailure(*item.group, item.sequence);
    }
    if (item.job) {
      end(item.group, item.job);
      if (item.job->fail(failure)) return;
    }
    if (failure.kind == "destroyed") return;
    const int64_t rank = item.group->ranks[static_cast<size_t>(item.group->rank)];
    const std::string where = "collective " + std::to_string(item.sequence) + " of group `" + item.group->name + "` on rank " + std::to_string(rank);
    item.group->channel->late({failure.kind, where + ", after it was waited for: " + failure.text});
  });
}

std::exception_ptr goneError(const std::vector<int>& ranks, const Group& group) {
  const std::string names = listOf(globalRanks(group, ranks));
  return std::make_exception_ptr(KnownFailure("peer_lost", "the device waits for rank " + names + ", whose process is gone"));
}

/// Whether it has ended; then it was told.
bool look(Followed& item) {
  try {
    if (item.work->isCompleted()) {
      if (const auto error = item.work->exception()) {
        fail(item, error);
      } else if (item.job) {
        end(item.group, item.job);
        item.job->succeed();
      }
      return true;
    }
    const auto now = Clock::now();
    if (now - item.looked < kLookForPeers) return false;
    item.looked = now;
    const auto gone = lostPeers(*item.group);
    if (gone.empty()) return false;
    if (!item.lost) item.lost = now;
    if (now - *item.lost < kGraceForPeers) return false;
    fail(item, goneError(gone, *item.group));
  } catch (...) {
    fail(item, std::current_exception());
  }
  return true;
}

void lookAround() {
  auto pause = kShortestPause;
  Watch& w = watch();
  std::vector<Followed> items;
  for (;;) {
    {
      std::lock_guard<std::mutex> lock(w.mutex);
      items.insert(items.end(), std::make_move_iterator(w.entries.begin()), std::make_move_iterator(w.entries.end()));
      w.entries.clear();
      if (items.empty()) {
        w.running = false;
        return;
      }
    }
    const size_t before = items.size();
    std::erase_if(items, look);
    pause = items.size() < before ? kShortestPause : std::min(pause * 2, kLongestPause);
    if (!items.empty()) std::this_thread::sleep_for(pause);
  }
}

}  // namespace

void follow(const std::shared_ptr<Group>& group, const WorkPtr& work, int64_t sequence, const std::shared_ptr<Job>& job) {
  Watch& w = watch();
  std::lock_guard<std::mutex> lock(w.mutex);
  w.entries.push_back({group, work, sequence, job});
  if (!std::exchange(w.running, true)) runBlocking(&lookAround);
}

bool waitsBlock() {
  static const bool asked = [] {
    for (const char* name : {"TORCH_NCCL_BLOCKING_WAIT", "NCCL_BLOCKING_WAIT"}) {
      const char* value = std::getenv(name);
      if (value != nullptr && std::string(value) == "1") return true;
    }
    return false;
  }();
  return asked;
}

}  // namespace fabric::distributed
