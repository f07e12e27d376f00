// fabric_distributed::send, recv, meet: between two ranks, and the barrier that names who is absent.
#include <torch/library.h>

#include "failure.h"
#include "start.h"
#include "wire.h"

namespace fabric::distributed {
namespace {

int64_t send(int64_t channel, int64_t group, const at::Tensor& t, int64_t to, int64_t tag) {
  const auto wire = bytesToSend(t);
  auto issue = [&](c10d::ProcessGroup& g) {
    std::vector<at::Tensor> tensors{wire};
    return g.send(tensors, static_cast<int>(to), static_cast<int>(tag));
  };
  return startTransfer(channel, group, wire.device(), issue, [wire](c10d::Work&, Job&) {});
}

/// @param from a rank, or -1 for any. The job's number is the rank in the group that it came from.
int64_t recv(int64_t channel, int64_t group, const at::Tensor& t, int64_t from, int64_t tag) {
  const Target target = bytesToFill(t);
  changed(t);
  auto issue = [&](c10d::ProcessGroup& g) {
    std::vector<at::Tensor> tensors{target.wire};
    if (from < 0) return g.recvAnysource(tensors, static_cast<int>(tag));
    return g.recv(tensors, static_cast<int>(from), static_cast<int>(tag));
  };
  return startTransfer(channel, group, t.device(), issue, [target, from](c10d::Work& work, Job& job) {
    if (target.after) target.after();
    job.number = from < 0 ? work.sourceRank() : from;
  });
}

/// A barrier in the store. It fails on every rank that came, with the ranks that did not.
int64_t monitoredBarrier(int64_t channel, int64_t id, int64_t sequence, int64_t timeoutMs, bool all) {
  const auto group = groupOf(id);
  return runJob(channel, [=](Job&) {
    const auto store = storeApart(*group, milliseconds(timeoutMs));
    auto meeting = meet(*store, "monitored/" + std::to_string(sequence), group->rank, group->size, "", milliseconds(timeoutMs));
    if (meeting.missing.empty()) {
      if (sequence > 1) store->deleteKey("monitored/" + std::to_string(sequence - 1) + "/" + std::to_string(group->rank));
      return;
    }
    const size_t missing = meeting.missing.size();
    if (!all) meeting.missing.resize(1);
    throw KnownFailure("timeout", "rank " + listOf(globalRanks(*group, meeting.missing)) + (all || missing == 1 ? "" : ", and perhaps others,") + " did not come within " + std::to_string(timeoutMs) + " ms");
  });
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("send(int channel, int group, Tensor t, int to, int tag) -> int", &send);
  m.def("recv(int channel, int group, Tensor t, int source, int tag) -> int", &recv);
  m.def("monitored_barrier(int channel, int group, int sequence, int timeout_ms, bool all) -> int", &monitoredBarrier);
}

}  // namespace fabric::distributed
