// Jobs: what runs outside the thread of JavaScript, and how its end reaches the event loop.
#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fabric::distributed {

/// Why a job failed: a kind that the caller makes an error code of, and the text.
struct Failure {
  std::string kind;
  std::string text;
};

class Job;

/// The way to one JavaScript environment: a socket that its event loop reads, and a pipe on which it may block for one job.
class Channel {
 public:
  Channel();
  ~Channel();
  int64_t id() const { return id_; }
  int eventFd() const { return eventRead_; }
  int waitFd() const { return waitRead_; }
  /// Tells the environment that a job is done.
  void completed(int64_t job);
  /// The jobs that are done since the last call.
  std::vector<int64_t> drain();
  /// Whether the job is done. If not, a byte comes into the waiting pipe as soon as it is.
  bool watch(const Job& job);
  /// The environment knows of the job's end already.
  void taken(int64_t job);
  /// Tells the environment of a failure that came when nobody waited any more.
  void late(Failure failure);

 private:
  const int64_t id_;
  std::mutex mutex_;
  std::vector<int64_t> done_;
  bool signalled_ = false;
  int64_t watched_ = 0;
  int eventRead_ = -1, eventWrite_ = -1, waitRead_ = -1, waitWrite_ = -1;
};

std::shared_ptr<Channel> channelOf(int64_t id);

class Job {
 public:
  Job(int64_t id, std::shared_ptr<Channel> channel) : id(id), channel_(std::move(channel)) {}
  const int64_t id;
  int64_t number = 0;  // a result: the id of what was made, a rank, a count
  at::Tensor bytes;    // a result
  /// Ends the waiting of what a closed connection does not end.
  std::function<void()> cancel;
  /// What the thread of JavaScript does, on its current stream, before it uses results on a device; see `follow` in devices.h.
  std::function<void()> conclude;
  /// Whether `conclude` may be called ahead of the end: it makes the stream wait instead of the thread.
  std::atomic<bool> streams{false};
  bool isLate = false;

  bool done() const { return done_.load(std::memory_order_acquire); }
  /// The first end counts, which they return. The results must be there before.
  bool succeed();
  bool fail(Failure failure);
  /// What failed after the transfer, in the thread that takes the results.
  void spoil(Failure failure) { failure_ = std::move(failure); }
  const Failure& failure() const { return failure_; }
  Channel& channel() { return *channel_; }

 private:
  void finish();
  std::shared_ptr<Channel> channel_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> done_{false};
  Failure failure_;
};

/// A job in the table, where it stays until it is taken.
std::shared_ptr<Job> newJob(int64_t channel);
/// Takes a job out of the table.
void dropJob(int64_t id);

/// Runs `work` on a thread of its own as a job; what it throws is the failure. @return the job's id
int64_t runJob(int64_t channel, std::function<void(Job&)> work);

}  // namespace fabric::distributed
