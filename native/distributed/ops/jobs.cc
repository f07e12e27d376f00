// fabric_distributed::open_channel, drain, watch, job_done, job_take, job_take_number, job_take_late
#include "jobs.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <torch/library.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "failure.h"
#include "threads.h"

namespace fabric::distributed {
namespace {

template <typename T>
struct Table {
  std::mutex mutex;
  std::unordered_map<int64_t, std::shared_ptr<T>> entries;

  void add(int64_t id, std::shared_ptr<T> entry) {
    std::lock_guard<std::mutex> lock(mutex);
    entries.emplace(id, std::move(entry));
  }
  std::shared_ptr<T> find(int64_t id) {
    std::lock_guard<std::mutex> lock(mutex);
    const auto found = entries.find(id);
    return found == entries.end() ? nullptr : found->second;
  }
  std::shared_ptr<T> get(int64_t id, const char* what) {
    auto entry = find(id);
    TORCH_CHECK(entry, "there is no ", what, " ", id);
    return entry;
  }
  void drop(int64_t id) {
    std::lock_guard<std::mutex> lock(mutex);
    entries.erase(id);
  }
};
/// Never destroyed: jobs may end while the process does.
Table<Channel>& channels() {
  static auto* made = new Table<Channel>;
  return *made;
}
Table<Job>& jobs() {
  static auto* made = new Table<Job>;
  return *made;
}

std::atomic<int64_t> nextId{1};

void closeOnExec(const int (&fds)[2]) {
  for (const int fd : fds) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// Nobody reads any more when the environment has ended: then there is nothing to tell. Node ignores SIGPIPE.
void signal(int fd) {
  const char byte = 1;
  ssize_t written;
  do {
    written = write(fd, &byte, 1);
  } while (written < 0 && errno == EINTR);
}

std::shared_ptr<Job> jobOf(int64_t id) { return jobs().get(id, "job"); }

std::vector<int64_t> openChannel() {
  auto channel = std::make_shared<Channel>();
  channels().add(channel->id(), channel);
  return {channel->id(), channel->eventFd(), channel->waitFd()};
}

std::vector<int64_t> drain(int64_t channel) { return channelOf(channel)->drain(); }

/// Calls `conclude` once; what it throws becomes the job's failure.
void conclude(Job& job) {
  const auto work = std::exchange(job.conclude, nullptr);
  if (!work) return;
  try {
    work();
    job.succeed();
  } catch (...) {
    Failure failure = currentFailure();
    if (!job.fail(failure)) job.spoil(std::move(failure));
  }
}

bool watch(int64_t channel, int64_t id) {
  const auto job = jobOf(id);
  if (job->streams.load(std::memory_order_acquire)) conclude(*job);
  return channelOf(channel)->watch(*job);
}

bool jobDone(int64_t id) { return jobOf(id)->done(); }

std::shared_ptr<Job> take(int64_t id) {
  auto job = jobOf(id);
  TORCH_CHECK(job->done(), "job ", id, " is not done");
  if (job->failure().kind.empty()) conclude(*job);
  dropJob(id);
  job->channel().taken(id);
  return job;
}

/// The failure of a job that nobody ever waited for, which leaves the table: its kind and text, "" if there is none by this number.
std::tuple<std::string, std::string> jobTakeLate(int64_t id) {
  const auto job = jobs().find(id);
  if (!job || !job->isLate) return {"", ""};
  dropJob(id);
  return {job->failure().kind, job->failure().text};
}

/// The results of a job that is done, which leaves the table: the kind of failure or "", its text, a number, bytes.
std::tuple<std::string, std::string, int64_t, std::optional<at::Tensor>> jobTake(int64_t id) {
  const auto job = take(id);
  return {job->failure().kind, job->failure().text, job->number, job->bytes.defined() ? std::optional<at::Tensor>(job->bytes) : std::nullopt};
}

/// The same for a job that succeeded and gave a number alone; else -1, and the job stays.
int64_t jobTakeNumber(int64_t id) {
  const auto job = jobOf(id);
  if (!job->done()) return -1;
  if (job->failure().kind.empty()) conclude(*job);
  if (!job->failure().kind.empty() || job->bytes.defined() || job->number < 0) return -1;
  return take(id)->number;
}

}  // namespace

Channel::Channel() : id_(nextId++) {
  int event[2], wait[2];
  TORCH_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, event) == 0 && pipe(wait) == 0, "could not open a channel: ", std::strerror(errno));
  closeOnExec(event);
  closeOnExec(wait);
  fcntl(event[1], F_SETFL, O_NONBLOCK);
  eventRead_ = event[0];
  eventWrite_ = event[1];
  waitRead_ = wait[0];
  waitWrite_ = wait[1];
}

Channel::~Channel() {
  // The event loop owns the other end of the socket.
  for (const int fd : {eventWrite_, waitRead_, waitWrite_}) close(fd);
}

void Channel::completed(int64_t job) {
  bool tell, wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    done_.push_back(job);
    tell = !std::exchange(signalled_, true);
    wake = watched_ == job;
    if (wake) watched_ = 0;
  }
  // Without the lock, which whoever wakes takes next.
  if (wake) signal(waitWrite_);
  if (tell) signal(eventWrite_);
}

std::vector<int64_t> Channel::drain() {
  std::lock_guard<std::mutex> lock(mutex_);
  signalled_ = false;
  return std::exchange(done_, {});
}

bool Channel::watch(const Job& job) {
  // A job is done before it takes the lock to say so: whoever holds the lock sees it done, or is told.
  std::lock_guard<std::mutex> lock(mutex_);
  if (job.done()) return true;
  watched_ = job.id;
  return false;
}

void Channel::taken(int64_t job) {
  std::lock_guard<std::mutex> lock(mutex_);
  // Mostly the last one, of a thread that waits for each.
  const auto found = std::find(done_.rbegin(), done_.rend(), job);
  if (found != done_.rend()) done_.erase(std::next(found).base());
}

void Channel::late(Failure failure) {
  const auto job = newJob(id_);
  job->isLate = true;
  job->fail(std::move(failure));
}

std::shared_ptr<Channel> channelOf(int64_t id) { return channels().get(id, "channel"); }

bool Job::succeed() {
  if (ended_.exchange(true)) return false;
  finish();
  return true;
}

bool Job::fail(Failure failure) {
  if (ended_.exchange(true)) return false;
  failure_ = std::move(failure);
  finish();
  return true;
}

void Job::finish() {
  done_.store(true, std::memory_order_release);
  channel_->completed(id);
}

std::shared_ptr<Job> newJob(int64_t channel) {
  auto job = std::make_shared<Job>(nextId++, channelOf(channel));
  jobs().add(job->id, job);
  return job;
}

void dropJob(int64_t id) { jobs().drop(id); }

int64_t runJob(int64_t channel, std::function<void(Job&)> work) {
  const auto job = newJob(channel);
  runBlocking([job, work = std::move(work)] {
    try {
      work(*job);
      job->succeed();
    } catch (...) {
      job->fail(currentFailure());
    }
  });
  return job->id;
}

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("open_channel() -> int[]", &openChannel);
  m.def("drain(int channel) -> int[]", &drain);
  m.def("watch(int channel, int job) -> bool", &watch);
  m.def("job_done(int job) -> bool", &jobDone);
  m.def("job_take(int job) -> (str, str, int, Tensor?)", &jobTake);
  m.def("job_take_number(int job) -> int", &jobTakeNumber);
  m.def("job_take_late(int job) -> (str, str)", &jobTakeLate);
}

}  // namespace fabric::distributed
