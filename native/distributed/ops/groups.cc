// fabric_distributed::group_create, group_destroy, group_info: process groups over gloo, NCCL or both.
#include "groups.h"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/library.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "failure.h"
#include "nccl_group.h"
#include "threads.h"

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

/// Null once the group is destroyed.
c10::intrusive_ptr<c10d::ProcessGroupGloo> glooOf(Group& group) {
  std::lock_guard<std::mutex> lock(group.mutex);
  return group.gloo;
}

/// Fails whatever waits for a peer. gloo has no other way to end an operation before its time-out.
void closeConnections(Group& group, const std::string& why) {
  const auto gloo = glooOf(group);
  if (!gloo) return;
  for (const auto& context : GlooAccess::contexts(*gloo)) {
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

void requireAll(const Group& group, const Meeting& meeting) {
  if (meeting.missing.empty()) return;
  throw KnownFailure("timeout", "rank " + listOf(globalRanks(group, meeting.missing)) + " did not come within " + std::to_string(group.timeout.count()) + " ms");
}

void connectGloo(Group& group, const std::string& loopback) {
  auto options = c10d::ProcessGroupGloo::Options::create_default(group.timeout);
  options->timeout = group.timeout;
  if (auto device = deviceFor(loopback)) options->devices = {device};
  if (options->devices.empty()) options->devices = {c10d::ProcessGroupGloo::createDefaultDevice(false)};
  group.gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(group.store, group.rank, group.size, options);
  group.processGroup->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::BackendType::GLOO, group.gloo);
  group.processGroup->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
}

void connect(Group& group, const std::string& loopback, bool gloo, bool atOnce) {
  // Who is absent is known before a backend waits for it without a name.
  requireAll(group, meet(*group.store, "join", group.rank, group.size, "", group.timeout));
  group.processGroup = c10::make_intrusive<c10d::ProcessGroup>(group.store, group.rank, group.size);
  if (gloo) connectGloo(group, loopback);
  if (group.device.is_cuda()) {
    group.nccl = connectNccl(group, group.device, atOnce);
    group.processGroup->setBackend(c10::DeviceType::CUDA, c10d::ProcessGroup::BackendType::NCCL, group.nccl);
    group.processGroup->setDefaultBackend(c10d::ProcessGroup::BackendType::NCCL);
  }
  group.processGroup->setGroupName(group.name);
}

int64_t groupCreate(int64_t channel, int64_t store, std::string name, int64_t rank, std::vector<int64_t> ranks, int64_t timeoutMs, std::string loopback, bool debug, bool gloo, int64_t device, bool atOnce) {
  auto group = std::make_shared<Group>();
  group->name = name;
  group->rank = static_cast<int>(rank);
  group->size = static_cast<int>(ranks.size());
  group->ranks = std::move(ranks);
  group->timeout = milliseconds(timeoutMs);
  group->debug = debug;
  group->channel = channelOf(channel);
  if (device >= 0) group->device = at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device));
  return runJob(channel, [group, loopback, gloo, atOnce, common = storeOf(store)](Job& job) {
    // A connection of its own: another group, or the user, may wait for a key on the store's.
    group->store = c10::make_intrusive<c10d::PrefixStore>("fabric/" + group->name, common->clone());
    group->store->setTimeout(group->timeout);
    connect(*group, loopback, gloo, atOnce);
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
    const auto pending = close(group);
    for (const auto& job : pending) job->fail({"destroyed", kDestroyed});
    if (group->nccl) {
      // What was waited for may still run on the device, and is let finish.
      if (!pending.empty() || group->reported) abortNccl(*group);
      else group->nccl->shutdown();
    }
    // The last reference joins gloo's threads; a reducer, or a collective that just starts, may still hold it.
    c10::intrusive_ptr<c10d::ProcessGroup> processGroup;
    c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
    c10::intrusive_ptr<c10d::Backend> nccl;
    std::lock_guard<std::mutex> lock(group->mutex);
    std::swap(processGroup, group->processGroup);
    std::swap(gloo, group->gloo);
    std::swap(nccl, group->nccl);
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
    // Before the driver goes, and on a thread that may hang.
    if (group->nccl) runBlocking([group] { abortNccl(*group); });
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  for (const auto& group : all) {
    for (;;) {
      {
        std::lock_guard<std::mutex> lock(group->mutex);
        if (group->pending.empty() && (!group->nccl || group->aborted)) break;
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
  if (!group->gloo) return {group->processGroup->getRank(), group->processGroup->getSize(), group->size, group->timeout.count()};
  for (const auto& context : GlooAccess::contexts(*group->gloo)) {
    timeoutMs = context->getTimeout().count();
    for (int rank = 0; rank < group->size; ++rank) connected += pairOf(*context, rank) != nullptr ? 1 : 0;
  }
  return {group->processGroup->getRank(), group->processGroup->getSize(), connected, timeoutMs};
}

constexpr auto kReportTime = milliseconds(3000);
constexpr const char* kNoStore = "The store cannot be asked: the process that hosts it (rank 0, unless you gave a store) hangs or is gone";

std::string timeOutOf(int64_t sequence) { return "time-out/" + std::to_string(sequence); }

/// After a time-out: who else met it. The others hang, or are gone.
std::string absentees(Group& group, int64_t sequence) {
  const auto wait = std::min(kReportTime, group.timeout);
  const auto meeting = meet(*group.store, timeOutOf(sequence), group.rank, group.size, "", wait);
  if (meeting.missing.empty()) return ". Every rank waited for another: they did not start the same operation";
  return ". Rank " + listOf(globalRanks(group, meeting.missing)) + " did not come to it: hung, ended, at another operation, or further behind than the " + std::to_string(wait.count()) + " ms that were given to it after the time-out";
}

/// What lost peers told before they went.
std::string lastWords(Group& group, const std::vector<int>& peers) {
  std::string out;
  for (const int peer : peers) {
    const std::string key = "failed/" + std::to_string(peer);
    if (!group.store->check({key})) continue;
    const auto words = group.store->get(key);
    out += ". Rank " + std::to_string(group.ranks[static_cast<size_t>(peer)]) + " had failed itself: " + std::string(words.begin(), words.end());
  }
  return out;
}

/// Looks into the first failure of a group, with what the others know, and lets them know.
std::string inquire(Group& group, const Failure& failure, int64_t sequence, const std::vector<int>& lost) {
  std::lock_guard<std::mutex> lock(group.storeMutex);
  try {
    group.store->setTimeout(kReportTime);
    // Whoever timed out must not take this rank for an absent one.
    if (failure.kind == "peer_lost" && sequence > 0) group.store->set(timeOutOf(sequence) + "/" + std::to_string(group.rank), std::vector<uint8_t>());
    const std::string more = failure.kind == "timeout" && sequence > 0 ? absentees(group, sequence) : lastWords(group, lost);
    const std::string words = failure.text + more;
    group.store->set("failed/" + std::to_string(group.rank), std::vector<uint8_t>(words.begin(), words.end()));
    return more;
  } catch (...) {
    return std::string(". ") + kNoStore;
  }
}

/// The same, bounded: a store whose host is stopped never answers, since reading from its connection knows no time-out.
std::string inquireInTime(Group& group, const Failure& failure, int64_t sequence, const std::vector<int>& lost) {
  std::shared_ptr<Group> own;
  {
    std::lock_guard<std::mutex> lock(groupsMutex);
    const auto found = groups().find(group.id);
    if (found == groups().end()) return "";
    own = found->second;
  }
  const auto said = std::make_shared<std::promise<std::string>>();
  auto answer = said->get_future();
  std::thread([=] { said->set_value(inquire(*own, failure, sequence, lost)); }).detach();
  const auto limit = std::min(kReportTime, group.timeout) + milliseconds(1000);
  return answer.wait_for(limit) == std::future_status::ready ? answer.get() : std::string(". ") + kNoStore;
}

/// gloo's text without its source file and its jokes.
std::string plain(std::string text) {
  if (text.rfind("[/", 0) == 0 || text.rfind("[enforce fail at /", 0) == 0) text.erase(0, text.find("] ") + 2);
  return text.substr(0, text.find(". This is typically caused"));
}

}  // namespace

std::shared_ptr<Group> groupOf(int64_t id) {
  std::lock_guard<std::mutex> lock(groupsMutex);
  const auto found = groups().find(id);
  TORCH_CHECK(found != groups().end(), "there is no process group ", id, ", or it was destroyed");
  return found->second;
}

std::vector<int> lostPeers(Group& group) {
  std::vector<int> lost;
  const auto gloo = glooOf(group);
  if (!gloo) return lost;
  const auto& context = GlooAccess::contexts(*gloo)[0];
  for (int rank = 0; rank < group.size; ++rank) {
    if (rank != group.rank && !pairOf(*context, rank)->isConnected()) lost.push_back(rank);
  }
  return lost;
}

void abortNccl(Group& group) {
  const std::lock_guard<std::mutex> one(group.abortMutex);
  c10::intrusive_ptr<c10d::Backend> nccl;
  {
    std::lock_guard<std::mutex> lock(group.mutex);
    if (!group.aborted) nccl = group.nccl;
  }
  if (!nccl) return;
  nccl->abort();
  std::lock_guard<std::mutex> lock(group.mutex);
  group.aborted = true;
}

c10::intrusive_ptr<c10d::ProcessGroup> held(Group& group) {
  std::lock_guard<std::mutex> lock(group.mutex);
  if (group.destroyed) throw KnownFailure("destroyed", kDestroyed);
  return group.processGroup;
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
    if (failure.kind == "timeout" || failure.kind == "peer_lost") first = !std::exchange(group.reported, true);
  }
  failure.text = plain(failure.text);
  const auto lost = failure.kind == "peer_lost" ? lostPeers(group) : std::vector<int>();
  if (!lost.empty()) failure.text = "the connection to rank " + listOf(globalRanks(group, lost)) + " is gone: " + failure.text;
  if (first) failure.text += inquireInTime(group, failure, sequence, lost);
  return failure;
}

StorePtr storeApart(Group& group, milliseconds timeout) {
  std::lock_guard<std::mutex> lock(group.storeMutex);
  try {
    group.store->setTimeout(timeout);
    return group.store->clone();
  } catch (...) {
    throw KnownFailure("peer_lost", std::string(kNoStore) + ": " + currentFailure().text);
  }
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
  m.def("group_create(int channel, int store, str name, int rank, int[] ranks, int timeout_ms, str loopback, bool debug, bool gloo, int device, bool at_once) -> int", &groupCreate);
  m.def("group_destroy(int channel, int group) -> int", &groupDestroy);
  m.def("group_info(int group) -> int[]", &groupInfo);
}

}  // namespace fabric::distributed
