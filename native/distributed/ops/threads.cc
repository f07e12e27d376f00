#include "threads.h"

#include <omp.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace fabric::distributed {
namespace {

constexpr auto kIdle = std::chrono::seconds(5);

struct Pool {
  std::mutex mutex;
  std::condition_variable more;
  std::deque<std::function<void()>> queue;
  size_t idle = 0;

  void loop() {
    useOneThread();
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      if (queue.empty()) {
        ++idle;
        const bool found = more.wait_for(lock, kIdle, [&] { return !queue.empty(); });
        --idle;
        if (!found) return;
      }
      {
        auto work = std::move(queue.front());
        queue.pop_front();
        lock.unlock();
        work();
      }
      lock.lock();
    }
  }
};

/// Never destroyed: a thread may still wait in it when the process ends.
Pool& pool() {
  static auto* made = new Pool;
  return *made;
}

}  // namespace

void useOneThread() {
  // Of the calling thread alone, unlike at::set_num_threads.
  thread_local const bool set = (omp_set_num_threads(1), true);
  (void)set;
}

void runBlocking(std::function<void()> work) {
  Pool& p = pool();
  std::lock_guard<std::mutex> lock(p.mutex);
  p.queue.push_back(std::move(work));
  if (p.idle >= p.queue.size()) {
    p.more.notify_one();
  } else {
    std::thread([&p] { p.loop(); }).detach();
  }
}

}  // namespace fabric::distributed
