#include "start.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include "devices.h"
#include "failure.h"
#include "threads.h"

namespace fabric::distributed {
namespace {

/// Results are written below autograd, on whatever thread the transfer ended.
void settle(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job, const std::function<void()>& after) {
  try {
    useOneThread();
    at::AutoDispatchBelowADInplaceOrView guard;
    if (after) after();
    end(group, job);
    job->succeed();
  } catch (...) {
    end(group, job);
    job->fail(currentFailure());
  }
}

void fail(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job, int64_t sequence) {
  const Failure failure = groupFailure(*group, sequence);
  end(group, job);
  job->fail(failure);
}

/// The rest of a collective whose future has an end; looking into a failure takes time, which gloo's own threads must not lose.
void finish(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job, int64_t sequence, const std::function<void()>& after, const std::exception_ptr& error) {
  if (!error) return settle(group, job, after);
  runBlocking([=] {
    try {
      std::rethrow_exception(error);
    } catch (...) {
      fail(group, job, sequence);
    }
  });
}

/// The stream on which the caller made the tensors.
std::optional<c10::Stream> currentStream(at::Device device) {
  if (device.is_cpu()) return std::nullopt;
  return c10::impl::getDeviceGuardImpl(device.type())->getStream(device);
}

/// Work on a device: `conclude` makes the current stream of the thread of JavaScript wait for it.
void issueOnDevice(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job, const WorkPtr& work, int64_t sequence, const std::function<void()>& after, bool blocks) {
  job->conclude = [group, raw = std::weak_ptr<Job>(job), work, after, blocks] {
    at::AutoDispatchBelowADInplaceOrView guard;
    if (const auto error = work->exception()) std::rethrow_exception(error);
    // A barrier has been waited for: its `wait` would wait for the whole stream, too.
    if (!blocks) work->wait();
    if (after) after();
    if (const auto job = raw.lock()) end(group, job);
  };
  job->streams.store(!blocks && !waitsBlock(), std::memory_order_release);
  follow(group, work, sequence, job);
}

void issue(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job, int64_t sequence, const Operation& operation, std::optional<c10::Stream> stream) {
  try {
    WorkPtr work;
    {
      at::AutoDispatchBelowADInplaceOrView guard;
      c10::OptionalStreamGuard on;
      if (stream) on.reset_stream(*stream);
      work = operation.issue(*held(*group));
    }
    if (!work) return settle(group, job, operation.after);
    if (!operation.device.is_cpu()) return issueOnDevice(group, job, work, sequence, operation.after, operation.blocks);
    work->getFuture()->addCallback([group, job, sequence, after = operation.after](c10::ivalue::Future& future) {
      finish(group, job, sequence, after, future.hasError() ? future.exception_ptr() : nullptr);
    });
  } catch (...) {
    finish(group, job, sequence, nullptr, std::current_exception());
  }
}

std::string describeMismatch(const Group& group, int64_t sequence, const Meeting& meeting) {
  std::string text = "collective " + std::to_string(sequence) + " of group `" + group.name + "` differs:";
  for (size_t i = 0; i < meeting.words.size(); ++i) {
    text += (i == 0 ? " rank " : "; rank ") + std::to_string(group.ranks[i]) + " called " + meeting.words[i];
  }
  return text;
}

/// Debug mode: all ranks compare what they are about to do before any of them does it.
void compare(Group& group, int64_t sequence, const std::string& words) {
  const std::string place = "debug/" + std::to_string(sequence);
  if (!group.turnStore) group.turnStore = storeApart(group, group.timeout);
  const auto& store = group.turnStore;
  const auto meeting = meet(*store, place, group.rank, group.size, words, group.timeout);
  if (!meeting.missing.empty()) {
    std::string came;
    for (size_t i = 0; i < meeting.words.size(); ++i) {
      if (!meeting.words[i].empty()) came += (came.empty() ? "" : "; ") + ("rank " + std::to_string(group.ranks[i]) + ": " + meeting.words[i]);
    }
    throw KnownFailure("timeout", "rank " + listOf(globalRanks(group, meeting.missing)) + " did not come to collective " + std::to_string(sequence) + " of group `" + group.name + "` within " + std::to_string(group.timeout.count()) + " ms; there were " + came);
  }
  for (const auto& other : meeting.words) {
    if (other != words) throw KnownFailure("mismatch", describeMismatch(group, sequence, meeting));
  }
  // Everybody is here, so nobody reads the meeting before any more.
  if (sequence > 1) store->deleteKey("debug/" + std::to_string(sequence - 1) + "/" + std::to_string(group.rank));
}

void takeTurns(const std::shared_ptr<Group>& group) {
  for (;;) {
    std::function<void()> turn;
    {
      std::lock_guard<std::mutex> lock(group->mutex);
      if (group->turns.empty()) {
        group->turning = false;
        return;
      }
      turn = std::move(group->turns.front());
      group->turns.pop_front();
    }
    turn();
  }
}

void enqueue(const std::shared_ptr<Group>& group, std::function<void()> turn) {
  std::lock_guard<std::mutex> lock(group->mutex);
  group->turns.push_back(std::move(turn));
  if (std::exchange(group->turning, true)) return;
  runBlocking([group] { takeTurns(group); });
}

}  // namespace

int64_t startCollective(int64_t channel, int64_t id, const std::string& words, Operation operation) {
  const auto group = groupOf(id);
  const auto job = newJob(channel);
  begin(group, job);
  const int64_t sequence = ++group->sequence;
  if (!group->debug) {
    issue(group, job, sequence, operation, std::nullopt);
    return job->id;
  }
  const auto stream = currentStream(operation.device);
  enqueue(group, [=] {
    try {
      compare(*group, sequence, words);
    } catch (...) {
      // It says who was absent already.
      return fail(group, job, 0);
    }
    issue(group, job, sequence, operation, stream);
  });
  return job->id;
}

int64_t startTransfer(int64_t channel, int64_t id, at::Device device, const std::function<WorkPtr(c10d::ProcessGroup&)>& start, std::function<void(c10d::Work&, Job&)> after) {
  const auto group = groupOf(id);
  const auto job = newJob(channel);
  begin(group, job);
  WorkPtr work;
  try {
    at::AutoDispatchBelowADInplaceOrView guard;
    work = start(*held(*group));
  } catch (...) {
    fail(group, job, 0);
    return job->id;
  }
  if (!device.is_cpu()) {
    issueOnDevice(group, job, work, 0, [work, raw = job.get(), after = std::move(after)] { after(*work, *raw); }, false);
    return job->id;
  }
  job->cancel = [work] { work->abort(); };
  runBlocking([=, after = std::move(after)] {
    try {
      // false: it was aborted.
      if (!work->wait()) throw KnownFailure("destroyed", "the process group was destroyed");
    } catch (...) {
      return fail(group, job, 0);
    }
    settle(group, job, [&] { after(*work, *job); });
  });
  return job->id;
}

}  // namespace fabric::distributed
