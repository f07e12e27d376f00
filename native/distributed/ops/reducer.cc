// libtorch's own gradient reducer, c10d::Reducer, as operators on an id. Its hooks run in the thread of backward, in C++ alone.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/library.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <torch/csrc/distributed/c10d/reducer.hpp>

#include "devices.h"
#include "failure.h"
#include "groups.h"

namespace fabric::distributed {
namespace {

using at::Tensor;
using torch::autograd::variable_list;

int64_t nowNs() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Shows whether a reduction is under way, which c10d keeps to itself.
struct Reducer final : c10d::Reducer {
  template <typename... Args>
  explicit Reducer(Args&&... args) : c10d::Reducer(std::forward<Args>(args)...) {
    // As long as it holds this true, c10d tells a logger, which only Python gives it, when other parameters go unused.
    ddp_graph_static_ = false;
  }

  bool isPending() {
    std::lock_guard<std::mutex> lock(mutex_);
    return require_finalize_;
  }

  /// Whether gradients that come now are averaged: from a forward pass until its backward pass is over.
  bool isExpecting() {
    std::lock_guard<std::mutex> lock(mutex_);
    return expect_autograd_hooks_;
  }

  /// Where each parameter lies: its bucket; -1 between the moments when buckets are made anew.
  std::vector<int64_t> bucketOfEach() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::vector<int64_t> out;
    for (const auto& at : variable_locators_) out.push_back(static_cast<int64_t>(at.bucket_index));
    return out;
  }
};

/// When each all-reduce went out and came back, in nanoseconds of the monotonic clock; on a device, when it was started and its stream waited for.
struct Trace {
  struct Event {
    int64_t bytes, start, end;
  };
  std::mutex mutex;
  bool on = false;
  std::vector<Event> events;

  /// @return where the event is; -1 if nothing is recorded.
  int64_t begin(int64_t bytes) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!on) return -1;
    events.push_back({bytes, nowNs(), 0});
    return static_cast<int64_t>(events.size()) - 1;
  }
  void end(int64_t at) {
    std::lock_guard<std::mutex> lock(mutex);
    if (at >= 0 && at < static_cast<int64_t>(events.size())) events[static_cast<size_t>(at)].end = nowNs();
  }
};

int64_t bytesOf(const Tensor& t) {
  if (t.is_sparse()) return bytesOf(t._values()) + bytesOf(t._indices());
  return static_cast<int64_t>(t.nbytes());
}

/// Throws what the exception being handled means for the group; JavaScript makes the code of it.
[[noreturn]] void rethrow(Group& group, int64_t sequence) {
  Failure failure = groupFailure(group, sequence);
  if (failure.kind == "timeout") failure.text += ". A rank whose data ended earlier does not come either: give all ranks equally many batches, or train inside `join`";
  const std::string where = "averaging gradients, collective " + std::to_string(sequence) + " of group `" + group.name + "` on rank " + std::to_string(group.ranks[static_cast<size_t>(group.rank)]);
  throw c10::DistBackendError({__func__, __FILE__, static_cast<uint32_t>(__LINE__)}, "[fabric_distributed " + failure.kind + "] " + where + ": " + failure.text);
}

/// A transfer whose failure is told as ours.
struct FollowedWork final : c10d::Work {
  WorkPtr inner;
  std::shared_ptr<Group> group;
  int64_t sequence;
  std::function<void()> done;

  FollowedWork(WorkPtr i, std::shared_ptr<Group> g, int64_t s, std::function<void()> d) : inner(std::move(i)), group(std::move(g)), sequence(s), done(std::move(d)) {}

  bool isCompleted() override { return inner->isCompleted(); }
  bool isSuccess() const override { return inner->isSuccess(); }
  bool wait(std::chrono::milliseconds timeout) override {
    try {
      const bool result = inner->wait(timeout);
      done();
      return result;
    } catch (...) {
      rethrow(*group, sequence);
    }
  }
  void synchronize() override { inner->synchronize(); }
  std::vector<Tensor> result() override { return inner->result(); }
  c10::intrusive_ptr<c10::ivalue::Future> getFuture() override {
    const auto future = inner->getFuture();
    return future->then(
        [group = group, sequence = sequence, done = done](c10::ivalue::Future& finished) -> c10::IValue {
          try {
            const c10::IValue& value = finished.value();
            done();
            return value;
          } catch (...) {
            rethrow(*group, sequence);
          }
        },
        future->elementType());
  }
};

/// The group as the reducer sees it: its all-reduces are numbered, timed and their failures told as ours.
struct FollowedGroup final : c10d::ProcessGroup {
  std::shared_ptr<Group> group;
  c10::intrusive_ptr<c10d::ProcessGroup> inner;  // lives as long as the reducer, also when the group is destroyed before it
  std::shared_ptr<Trace> trace = std::make_shared<Trace>();

  explicit FollowedGroup(const std::shared_ptr<Group>& g) : c10d::ProcessGroup(g->store, g->rank, g->size), group(g), inner(g->processGroup) {}

  WorkPtr allreduce(std::vector<Tensor>& tensors, const c10d::AllreduceOptions& options = c10d::AllreduceOptions()) override {
    int64_t bytes = 0;
    for (const auto& tensor : tensors) bytes += bytesOf(tensor);
    const int64_t at = trace->begin(bytes);
    return issue(tensors, [&] { return inner->allreduce(tensors, options); }, [trace = trace, at] { trace->end(at); });
  }
  WorkPtr broadcast(std::vector<Tensor>& tensors, const c10d::BroadcastOptions& options = c10d::BroadcastOptions()) override {
    return issue(tensors, [&] { return inner->broadcast(tensors, options); }, [] {});
  }

 private:
  template <typename Issue>
  WorkPtr issue(const std::vector<Tensor>& tensors, const Issue& start, std::function<void()> done) {
    int64_t sequence = 0;
    bool destroyed = false;
    {
      std::lock_guard<std::mutex> lock(group->mutex);
      sequence = ++group->sequence;
      destroyed = group->destroyed;
    }
    try {
      if (destroyed) throw KnownFailure("destroyed", "the process group was destroyed");
      const WorkPtr work = start();
      // Backward goes on before the device is done: nobody else would see it fail.
      if (!tensors.empty() && tensors[0].is_cuda()) follow(group, work, sequence, nullptr);
      return c10::make_intrusive<FollowedWork>(work, group, sequence, std::move(done));
    } catch (...) {
      rethrow(*group, sequence);
    }
  }
};

/// Gradients that came while none was expected: of a second backward pass, say.
struct Missed {
  std::atomic<bool> meant{false};   // the last forward pass was one whose gradients stay here
  std::atomic<int64_t> index{-1};  // of the first parameter
};

/// Runs after c10d's own hook of the same parameter.
struct AfterGradient final : torch::autograd::FunctionPostHook {
  std::weak_ptr<Reducer> reducer;
  std::shared_ptr<Missed> missed;
  int64_t index;

  AfterGradient(const std::shared_ptr<Reducer>& r, std::shared_ptr<Missed> m, int64_t i) : reducer(r), missed(std::move(m)), index(i) {}

  variable_list operator()(const variable_list& outputs, const variable_list& /*inputs*/) override {
    const auto live = reducer.lock();
    int64_t none = -1;
    if (live && !missed->meant && !live->isExpecting()) missed->index.compare_exchange_strong(none, index);
    return outputs;
  }
};

struct Entry {
  c10::intrusive_ptr<FollowedGroup> group;
  std::shared_ptr<Reducer> reducer;
  bool findUnused = false;
  bool isStatic = false;
  bool delayed = false;  // the first pass of a static graph was put off to the end of backward
  std::shared_ptr<Missed> missed = std::make_shared<Missed>();
  std::vector<std::pair<decltype(torch::autograd::impl::grad_accumulator(Tensor())), uintptr_t>> hooks;
};

// Never destroyed: at the end of the process hooks of parameters may still point into it.
struct Table {
  std::mutex mutex;
  std::map<int64_t, std::shared_ptr<Entry>> entries;
  int64_t next = 1;
};
Table& table() {
  static auto* const made = new Table();
  return *made;
}

std::shared_ptr<Entry> entryOf(int64_t id) {
  std::lock_guard<std::mutex> lock(table().mutex);
  const auto found = table().entries.find(id);
  TORCH_CHECK_VALUE(found != table().entries.end(), "the reducer ", id, " was released");
  return found->second;
}

int64_t make(at::TensorList parameters, int64_t group, c10::List<bool> sparse, int64_t bucketBytes, bool findUnused, bool staticGraph, bool bucketView) {
  const std::vector<Tensor> params = parameters.vec();
  std::vector<bool> expectSparse;
  for (const bool value : sparse) expectSparse.push_back(value);
  // One bucket until the first backward has told the order in which gradients come; graphs that vary keep their first buckets.
  const bool rebuilds = staticGraph || !findUnused;
  const size_t cap = static_cast<size_t>(bucketBytes);
  // The bucket that is waited for last is small.
  const size_t first = std::min(static_cast<size_t>(c10d::kDefaultFirstBucketBytes), cap);
  const std::vector<size_t> limits = rebuilds ? std::vector<size_t>{std::numeric_limits<size_t>::max()} : std::vector<size_t>{first, cap};
  auto indices = std::get<0>(c10d::compute_bucket_assignment_by_size(params, limits, expectSparse));
  // Gradients come in about the reverse order of parameters.
  std::reverse(indices.begin(), indices.end());
  auto entry = std::make_shared<Entry>();
  entry->group = c10::make_intrusive<FollowedGroup>(groupOf(group));
  entry->findUnused = findUnused;
  entry->isStatic = staticGraph;
  entry->reducer = std::make_shared<Reducer>(params, std::move(indices), entry->group, std::move(expectSparse), bucketBytes, findUnused, bucketView, std::unordered_map<size_t, std::string>{},
                                             static_cast<int64_t>(first), /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false, /*bucket_bytes_cap_list=*/std::vector<int64_t>{});
  if (staticGraph) entry->reducer->set_static_graph();
  for (size_t i = 0; i < params.size(); i++) {
    auto accumulator = torch::autograd::impl::grad_accumulator(params[i]);
    const auto key = accumulator->add_post_hook(std::make_unique<AfterGradient>(entry->reducer, entry->missed, static_cast<int64_t>(i)));
    entry->hooks.emplace_back(std::move(accumulator), key);
  }
  std::lock_guard<std::mutex> lock(table().mutex);
  const int64_t id = table().next++;
  table().entries[id] = std::move(entry);
  return id;
}

void release(int64_t id) {
  std::shared_ptr<Entry> entry;
  {
    std::lock_guard<std::mutex> lock(table().mutex);
    const auto found = table().entries.find(id);
    if (found == table().entries.end()) return;
    entry = std::move(found->second);
    table().entries.erase(found);
  }
  entry->reducer->remove_autograd_hooks();
  for (const auto& [accumulator, key] : entry->hooks) accumulator->del_post_hook(key);
}

/// Before a forward pass whose gradients will be averaged. Throws where the last backward left parameters without gradient.
void beforeForward(int64_t id) {
  const auto entry = entryOf(id);
  entry->missed->index = -1;
  entry->reducer->prepare_for_forward();
  entry->reducer->rebuild_buckets();
}

/// The first backward pass of a static graph has begun: it is reduced at its end.
void delayReduction(Entry& entry) {
  if (!entry.isStatic || entry.delayed) return;
  entry.delayed = true;
  torch::autograd::Engine::get_default_engine().queue_callback([reducer = entry.reducer] { reducer->delay_all_reduce(); });
}

/// Passes the outputs on; in backward, tells a static graph when to reduce, and reaches the graph of outputs that went unused.
struct Sink : torch::autograd::Function<Sink> {
  static variable_list forward(torch::autograd::AutogradContext* ctx, at::TensorList outputs, int64_t id) {
    ctx->set_materialize_grads(false);
    ctx->saved_data["id"] = id;
    variable_list copies;
    for (const auto& output : outputs) copies.push_back(output.clone());
    return copies;
  }

  static variable_list backward(torch::autograd::AutogradContext* ctx, variable_list gradients) {
    delayReduction(*entryOf(ctx->saved_data["id"].toInt()));
    gradients.emplace_back();
    return gradients;
  }
};

struct Silence final : c10::WarningHandler {
  void process(const c10::Warning&) override {}
};

/// After that forward pass: what of its outputs a loss may be made of, and those that cannot be exchanged. Returns the outputs to hand out.
std::vector<Tensor> afterForward(int64_t id, at::TensorList outputs, at::TensorList fixed) {
  const auto entry = entryOf(id);
  std::vector<Tensor> tensors = outputs.vec();
  std::vector<Tensor> all = tensors;
  all.insert(all.end(), fixed.begin(), fixed.end());
  if (entry->findUnused && !entry->isStatic) {
    // That no parameter went unused is said once, not once a process.
    static c10::WarningHandler* const silent = new Silence();
    std::optional<c10::WarningUtils::WarningHandlerGuard> quiet;
    if (entry->group->getRank() != 0) quiet.emplace(silent);
    entry->reducer->prepare_for_backward(all);
  } else {
    entry->reducer->prepare_for_backward({});
  }
  if (entry->isStatic && !entry->delayed)
    for (const auto& tensor : fixed) tensor.register_hook([id](const Tensor& /*gradient*/) { delayReduction(*entryOf(id)); });
  const bool needsSink = entry->isStatic ? !entry->delayed : entry->findUnused;
  return needsSink && !tensors.empty() ? Sink::apply(at::TensorList(tensors), id) : tensors;
}

/// Whether gradients stay in this process until the next averaged forward pass, and that is meant.
void keepLocal(int64_t id, bool meant) { entryOf(id)->missed->meant = meant; }

/// A parameter that got a gradient which was not averaged and should have been; -1 if there is none.
int64_t missedGradient(int64_t id) { return entryOf(id)->missed->index; }

bool isPending(int64_t id) { return entryOf(id)->reducer->isPending(); }

/// Throws, with the indices of parameters that got no gradient, if the last backward could not finish its reduction.
void checkFinished(int64_t id) { entryOf(id)->reducer->check_finalized(); }

/// Gives up a reduction that failed, so that the next forward pass can begin one.
void reset(int64_t id) { entryOf(id)->reducer->reset_state(); }

std::vector<int64_t> buckets(int64_t id) { return entryOf(id)->reducer->bucketOfEach(); }

std::vector<int64_t> gradientTimes(int64_t id) { return entryOf(id)->reducer->get_backward_stats(); }

void startTrace(int64_t id) {
  Trace& trace = *entryOf(id)->group->trace;
  std::lock_guard<std::mutex> lock(trace.mutex);
  trace.on = true;
}

/// [bytes, start, end] of each all-reduce since the last call, one after the other.
std::vector<int64_t> takeTrace(int64_t id) {
  Trace& trace = *entryOf(id)->group->trace;
  std::lock_guard<std::mutex> lock(trace.mutex);
  std::vector<int64_t> out;
  for (const auto& event : trace.events) out.insert(out.end(), {event.bytes, event.start, event.end});
  trace.events.clear();
  return out;
}

// -- what a process does in place of those whose data ended earlier ------------------------------------------------

/// Sums `count` over the processes in the forward pass: gradients are divided by the sum, or with `divideByAll` by the size of the group.
void forwardWork(int64_t id, const Tensor& count, bool divideByAll) {
  const auto entry = entryOf(id);
  std::vector<Tensor> tensors = {count};
  entry->reducer->set_forward_pass_work_handle(entry->group->allreduce(tensors), divideByAll);
}

/// The all-reduces of a backward pass, with zeros.
void shadowBackward(int64_t id) {
  const auto entry = entryOf(id);
  std::vector<c10::intrusive_ptr<c10d::Work>> works;
  auto buckets = entry->reducer->get_grad_buckets(/*return_zero_tensors=*/true);
  for (auto& bucket : buckets) {
    std::vector<Tensor> tensors = {bucket.getBufferRef()};
    works.push_back(entry->group->allreduce(tensors));
  }
  for (const auto& work : works) work->wait();
  if (entry->findUnused) {
    std::vector<Tensor> used = {entry->reducer->get_local_used_map_on_device()};
    used[0].zero_();
    entry->group->allreduce(used)->wait();
  }
  entry->reducer->push_rebuilt_params_for_all_indices();
}

void broadcastCoalesced(at::TensorList tensors, int64_t group, int64_t src, int64_t bucketBytes) {
  at::AutoDispatchBelowADInplaceOrView below;
  c10d::broadcast_coalesced(c10::make_intrusive<FollowedGroup>(groupOf(group)), tensors, static_cast<size_t>(bucketBytes), static_cast<int>(src));
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("reducer_make(Tensor[] parameters, int group, bool[] sparse, int bucket_bytes, bool find_unused, bool static_graph, bool bucket_view) -> int", &make);
  m.def("reducer_release(int id) -> ()", &release);
  m.def("reducer_before_forward(int id) -> ()", &beforeForward);
  m.def("reducer_after_forward(int id, Tensor[] outputs, Tensor[] fixed) -> Tensor[]", &afterForward);
  m.def("reducer_keep_local(int id, bool meant) -> ()", &keepLocal);
  m.def("reducer_missed_gradient(int id) -> int", &missedGradient);
  m.def("reducer_is_pending(int id) -> bool", &isPending);
  m.def("reducer_check_finished(int id) -> ()", &checkFinished);
  m.def("reducer_reset(int id) -> ()", &reset);
  m.def("reducer_buckets(int id) -> int[]", &buckets);
  m.def("reducer_gradient_times(int id) -> int[]", &gradientTimes);
  m.def("reducer_start_trace(int id) -> ()", &startTrace);
  m.def("reducer_take_trace(int id) -> int[]", &takeTrace);
  m.def("reducer_forward_work(int id, Tensor(a!) count, bool divide_by_all) -> ()", &forwardWork);
  m.def("reducer_shadow_backward(int id) -> ()", &shadowBackward);
  m.def("broadcast_coalesced_(Tensor(a!)[] tensors, int group, int src, int bucket_bytes) -> ()", &broadcastCoalesced);
}

}  // namespace fabric::distributed
