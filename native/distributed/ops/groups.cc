// fabric_distributed::group_create, group_destroy, group_info: process groups over gloo.
#include "groups.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/library.h>

#include <condition_variable>
#include <cstdlib>

#include "failure.h"

namespace fabric::distributed {
namespace {

std::mutex groupsMutex;
int64_t nextGroup = 1;
/// Never destroyed: gloo's threads may run until the process ends.
std::unordered_map<int64_t, std::shared_ptr<Group>>& groups() {
  static auto* made = new std::unordered_map<int64_t, std::shared_ptr<Group>>;
  return *made;
}

/// The protected connections of gloo's group.
struct GlooAccess : c10d::ProcessGroupGloo {
  static const std::vector<std::shared_ptr<gloo::Context>>& contexts(c10d::ProcessGroupGloo& group) { return group.*(&GlooAccess::contexts_); }
};

gloo::transport::tcp::Pair* pairOf(gloo::Context& context, int rank) {
  return reinterpret_cast<gloo::transport::tcp::Pair*>(context.getPair(rank).get());
}

/// Fails whatever waits for a peer. gloo has no other way to end an operation before its time-out.
void closeConnections(Group& group, const std::string& why) {
  if (!group.gloo) return;
  for (const auto& context : GlooAccess::contexts(*group.gloo)) {
    for (int rank = 0; rank < group.size; ++rank) {
      if (rank == group.rank) continue;
      if (auto* pair = pairOf(*context, rank)) pair->signalExceptionExternal(why);
    }
  }
}

std::shared_ptr<gloo::transport::Device> deviceFor(const std::string& host) {
  // All ranks are on this machine when they meet on its loopback address; what its host name resolves to may not be reachable.
  if (std::getenv("GLOO_SOCKET_IFNAME") == nullptr && !host.empty()) return c10d::ProcessGroupGloo::createDeviceForHostname(host, false);
  return nullptr;
}

/// "[127.0.0.1]:4711" of "iface=lo, ..., addr=[127.0.0.1]:4711"
std::string addressIn(const std::string& device) {
  const auto at = device.find("addr=");
  if (at == std::string::npos) return "";
  const auto from = at + 5;
  return device.substr(from, device.find_first_of(", ", from) - from);
}

void requireAll(const Group& group, const Meeting& meeting) {
  if (meeting.missing.empty()) return;
  throw KnownFailure("timeout", "rank " + listOf(globalRanks(group, meeting.missing)) + " did not come within " + std::to_string(group.timeout.count()) + " ms");
}

void connect(Group& group, const std::string& loopback) {
  // Who is absent is known before gloo waits for it without a name.
  requireAll(group, meet(*group.store, "join", group.rank, group.size, "", group.timeout));
  auto options = c10d::ProcessGroupGloo::Options::create_default(group.timeout);
  options->timeout = group.timeout;
  if (auto device = deviceFor(loopback)) options->devices = {device};
  if (options->devices.empty()) options->devices = {c10d::ProcessGroupGloo::createDefaultDevice(false)};
  std::string addresses;
  for (const auto& device : options->devices) addresses += addressIn(reinterpret_cast<const gloo::transport::tcp::Device*>(device.get())->str()) + " ";
  group.gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(group.store, group.rank, group.size, options);
  const auto meeting = meet(*group.store, "address", group.rank, group.size, addresses, group.timeout);
  requireAll(group, meeting);
  group.addresses = meeting.words;
  group.processGroup = c10::make_intrusive<c10d::ProcessGroup>(group.store, group.rank, group.size);
  group.processGroup->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::BackendType::GLOO, group.gloo);
  group.processGroup->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
  group.processGroup->setGroupName(group.name);
}

int64_t groupCreate(int64_t channel, int64_t store, std::string name, int64_t rank, std::vector<int64_t> ranks, int64_t timeoutMs, std::string loopback, bool debug) {
  auto group = std::make_shared<Group>();
  group->name = name;
  group->rank = static_cast<int>(rank);
  group->size = static_cast<int>(ranks.size());
  group->ranks = std::move(ranks);
  group->timeout = milliseconds(timeoutMs);
  group->debug = debug;
  // A connection of its own: another group, or the user, may wait for a key on the store's.
  group->store = c10::make_intrusive<c10d::PrefixStore>("fabric/" + name, storeOf(store)->clone());
  group->store->setTimeout(group->timeout);
  return runJob(channel, [group, loopback](Job& job) {
    connect(*group, loopback);
    std::lock_guard<std::mutex> lock(groupsMutex);
    group->id = nextGroup++;
    groups().emplace(group->id, group);
    job.number = group->id;
  });
}

constexpr const char* kDestroyed = "the process group was destroyed";

/// Ends what is pending, and takes the group out of the table.
std::vector<std::shared_ptr<Job>> close(const std::shared_ptr<Group>& group) {
  std::vector<std::shared_ptr<Job>> pending;
  {
    std::lock_guard<std::mutex> lock(group->mutex);
    group->destroyed = true;
    for (const auto& item : group->pending) pending.push_back(item.second);
  }
  {
    std::lock_guard<std::mutex> lock(groupsMutex);
    groups().erase(group->id);
  }
  if (!pending.empty()) closeConnections(*group, kDestroyed);
  for (const auto& job : pending) {
    if (job->cancel) job->cancel();
  }
  return pending;
}

int64_t groupDestroy(int64_t channel, int64_t id) {
  auto group = groupOf(id);
  return runJob(channel, [group](Job&) mutable {
    for (const auto& job : close(group)) job->fail({"destroyed", kDestroyed});
    // The last reference joins gloo's threads; a reducer may still hold it.
    group->processGroup.reset();
    group->gloo.reset();
  });
}

/// A process may end without having destroyed its groups: gloo's threads must be idle before libtorch's own state goes.
void closeAll() {
  std::vector<std::shared_ptr<Group>> all;
  {
    std::lock_guard<std::mutex> lock(groupsMutex);
    for (const auto& item : groups()) all.push_back(item.second);
  }
  for (const auto& group : all) {
    for (const auto& job : close(group)) job->fail({"destroyed", "the process ends"});
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  for (const auto& group : all) {
    for (;;) {
      {
        std::lock_guard<std::mutex> lock(group->mutex);
        if (group->pending.empty()) break;
      }
      if (std::chrono::steady_clock::now() > deadline) break;
      std::this_thread::sleep_for(milliseconds(1));
    }
    // Leaked on purpose: its threads wait for work that will not come.
    new std::shared_ptr<Group>(group);
  }
}

const bool registered = (std::atexit(&closeAll), true);

/// Rank, size, peers and the time-out in milliseconds as gloo itself holds it: shows that our declarations fit.
std::vector<int64_t> groupInfo(int64_t id) {
  const auto group = groupOf(id);
  int64_t connected = 0, timeoutMs = 0;
  for (const auto& context : GlooAccess::contexts(*group->gloo)) {
    timeoutMs = context->getTimeout().count();
    for (int rank = 0; rank < group->size; ++rank) connected += pairOf(*context, rank) != nullptr ? 1 : 0;
  }
  return {group->processGroup->getRank(), group->processGroup->getSize(), connected, timeoutMs};
}

/// The peer that a message of gloo names by its address, as "rank 1 at [127.0.0.1]:4711".
std::string peerIn(const Group& group, const std::string& text) {
  for (size_t rank = 0; rank < group.addresses.size(); ++rank) {
    size_t from = 0;
    const std::string& all = group.addresses[rank];
    for (size_t to; (to = all.find(' ', from)) != std::string::npos; from = to + 1) {
      const std::string address = all.substr(from, to - from);
      if (!address.empty() && text.find(address) != std::string::npos) return "rank " + std::to_string(group.ranks[rank]) + " at " + address;
    }
  }
  return "";
}

constexpr auto kReportTime = milliseconds(5000);

/// After a time-out: who else met it. The others hang, or are gone.
std::string absentees(Group& group, int64_t sequence) {
  try {
    const auto store = group.store->clone();
    store->setTimeout(kReportTime);
    const auto meeting = meet(*store, "time-out/" + std::to_string(sequence), group.rank, group.size, "", std::min(kReportTime, group.timeout));
    if (meeting.missing.empty()) return ". Every rank waited for another: they did not start the same operation";
    return ". Rank " + listOf(globalRanks(group, meeting.missing)) + " did not come to it: hung, ended, or at another operation";
  } catch (...) {
    return ". The store cannot be asked who is absent: the process that hosts it (rank 0, unless you gave a store) hangs or is gone";
  }
}

}  // namespace

std::shared_ptr<Group> groupOf(int64_t id) {
  std::lock_guard<std::mutex> lock(groupsMutex);
  const auto found = groups().find(id);
  TORCH_CHECK(found != groups().end(), "there is no process group ", id, ", or it was destroyed");
  return found->second;
}

std::vector<int> globalRanks(const Group& group, const std::vector<int>& ranks) {
  std::vector<int> out;
  for (const int rank : ranks) out.push_back(static_cast<int>(group.ranks[static_cast<size_t>(rank)]));
  return out;
}

Failure groupFailure(Group& group, int64_t sequence) {
  Failure failure = currentFailure();
  bool first = false;
  {
    std::lock_guard<std::mutex> lock(group.mutex);
    if (group.destroyed) return {"destroyed", kDestroyed};
    if (failure.kind == "timeout") first = !std::exchange(group.reported, true);
  }
  if (failure.kind == "peer_lost") {
    const std::string peer = peerIn(group, failure.text);
    if (!peer.empty()) failure.text = "the connection to " + peer + " is gone: " + failure.text;
  } else if (first && sequence > 0) {
    failure.text += absentees(group, sequence);
  }
  return failure;
}

void begin(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job) {
  std::lock_guard<std::mutex> lock(group->mutex);
  group->pending.emplace(job->id, job);
}

void end(const std::shared_ptr<Group>& group, const std::shared_ptr<Job>& job) {
  std::lock_guard<std::mutex> lock(group->mutex);
  group->pending.erase(job->id);
}

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("group_create(int channel, int store, str name, int rank, int[] ranks, int timeout_ms, str loopback, bool debug) -> int", &groupCreate);
  m.def("group_destroy(int channel, int group) -> int", &groupDestroy);
  m.def("group_info(int group) -> int[]", &groupInfo);
}

}  // namespace fabric::distributed
