// fabric_distributed::store_*: every one that talks to a server or a file is a job.
#include "stores.h"

#include <ATen/ops/empty.h>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/library.h>

#include <cstring>
#include <unordered_map>

#include "failure.h"
#include "jobs.h"

namespace fabric::distributed {
namespace {

using Bytes = std::vector<uint8_t>;
using Keys = std::vector<std::string>;

std::mutex storesMutex;
int64_t nextStore = 1;
std::unordered_map<int64_t, StorePtr>& stores() {
  static auto* made = new std::unordered_map<int64_t, StorePtr>;
  return *made;
}

Bytes bytesOf(const at::Tensor& t) {
  const auto source = t.contiguous();
  const auto* from = static_cast<const uint8_t*>(source.const_data_ptr());
  return Bytes(from, from + source.nbytes());
}

at::Tensor tensorOf(const Bytes& bytes) {
  auto t = at::empty({static_cast<int64_t>(bytes.size())}, at::kByte);
  if (!bytes.empty()) std::memcpy(t.mutable_data_ptr(), bytes.data(), bytes.size());
  return t;
}

int64_t storeTcp(int64_t channel, std::string host, int64_t port, bool master, int64_t world, bool wait, int64_t timeoutMs) {
  return runJob(channel, [=](Job& job) {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = master;
    if (world > 0) options.numWorkers = static_cast<size_t>(world);
    options.waitWorkers = wait;
    options.timeout = milliseconds(timeoutMs);
    job.number = addStore(c10::make_intrusive<c10d::TCPStore>(host, options));
  });
}

int64_t storeFile(int64_t channel, std::string path, int64_t world, int64_t timeoutMs) {
  return runJob(channel, [=](Job& job) {
    StorePtr store = c10::make_intrusive<c10d::FileStore>(path, static_cast<int>(world));
    store->setTimeout(milliseconds(timeoutMs));
    job.number = addStore(store);
  });
}

int64_t storePrefix(std::string prefix, int64_t store) { return addStore(c10::make_intrusive<c10d::PrefixStore>(prefix, storeOf(store))); }

int64_t storePort(int64_t store) {
  const auto tcp = c10::dynamic_intrusive_pointer_cast<c10d::TCPStore>(storeOf(store));
  return tcp ? tcp->getPort() : 0;
}

void storeFree(int64_t id) {
  StorePtr dropped;
  std::lock_guard<std::mutex> lock(storesMutex);
  const auto found = stores().find(id);
  if (found == stores().end()) return;
  dropped = std::move(found->second);
  stores().erase(found);
}

int64_t storeSet(int64_t channel, int64_t id, std::string key, const at::Tensor& value) {
  return runJob(channel, [store = storeOf(id), key, bytes = bytesOf(value)](Job&) { store->set(key, bytes); });
}

/// One connection answers one question at a time: whoever waits for a key does so on a connection of its own.
void waitApart(const StorePtr& store, const Keys& keys, milliseconds timeout) {
  if (!store->check(keys)) store->clone()->wait(keys, timeout);
}

int64_t storeGet(int64_t channel, int64_t id, std::string key, int64_t timeoutMs) {
  return runJob(channel, [=, store = storeOf(id)](Job& job) {
    waitApart(store, {key}, milliseconds(timeoutMs));
    job.bytes = tensorOf(store->get(key));
  });
}

int64_t storeWait(int64_t channel, int64_t id, Keys keys, int64_t timeoutMs) {
  return runJob(channel, [=, store = storeOf(id)](Job&) { waitApart(store, keys, milliseconds(timeoutMs)); });
}

int64_t storeAdd(int64_t channel, int64_t id, std::string key, int64_t value) {
  return runJob(channel, [=, store = storeOf(id)](Job& job) { job.number = store->add(key, value); });
}

int64_t storeCheck(int64_t channel, int64_t id, Keys keys) {
  return runJob(channel, [=, store = storeOf(id)](Job& job) { job.number = store->check(keys) ? 1 : 0; });
}

int64_t storeCompareSet(int64_t channel, int64_t id, std::string key, const at::Tensor& expected, const at::Tensor& desired) {
  return runJob(channel, [store = storeOf(id), key, from = bytesOf(expected), to = bytesOf(desired)](Job& job) {
    job.bytes = tensorOf(store->compareSet(key, from, to));
  });
}

int64_t storeDelete(int64_t channel, int64_t id, std::string key) {
  return runJob(channel, [=, store = storeOf(id)](Job& job) { job.number = store->deleteKey(key) ? 1 : 0; });
}

int64_t storeNumKeys(int64_t channel, int64_t id) {
  return runJob(channel, [store = storeOf(id)](Job& job) { job.number = store->getNumKeys(); });
}

}  // namespace

StorePtr storeOf(int64_t id) {
  std::lock_guard<std::mutex> lock(storesMutex);
  const auto found = stores().find(id);
  TORCH_CHECK(found != stores().end(), "there is no store ", id, ", or it was closed");
  return found->second;
}

int64_t addStore(StorePtr store) {
  std::lock_guard<std::mutex> lock(storesMutex);
  const int64_t id = nextStore++;
  stores().emplace(id, std::move(store));
  return id;
}

Meeting meet(c10d::Store& store, const std::string& place, int rank, int size, const std::string& word, milliseconds timeout) {
  Keys keys;
  for (int i = 0; i < size; ++i) keys.push_back(place + "/" + std::to_string(i));
  store.set(keys[static_cast<size_t>(rank)], Bytes(word.begin(), word.end()));
  Meeting meeting;
  meeting.words.resize(keys.size());
  try {
    store.wait(keys, timeout);
  } catch (...) {
    if (currentFailure().kind != "timeout") throw;
    for (int i = 0; i < size; ++i) {
      if (!store.check({keys[static_cast<size_t>(i)]})) meeting.missing.push_back(i);
    }
  }
  for (int i = 0; i < size; ++i) {
    if (std::find(meeting.missing.begin(), meeting.missing.end(), i) != meeting.missing.end()) continue;
    const auto bytes = store.get(keys[static_cast<size_t>(i)]);
    meeting.words[static_cast<size_t>(i)].assign(bytes.begin(), bytes.end());
  }
  return meeting;
}

std::string listOf(const std::vector<int>& ranks) {
  std::string out;
  for (size_t i = 0; i < ranks.size(); ++i) {
    if (i > 0) out += i + 1 == ranks.size() ? " and " : ", ";
    out += std::to_string(ranks[i]);
  }
  return out;
}

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("store_tcp(int channel, str host, int port, bool master, int world, bool wait, int timeout_ms) -> int", &storeTcp);
  m.def("store_file(int channel, str path, int world, int timeout_ms) -> int", &storeFile);
  m.def("store_prefix(str prefix, int store) -> int", &storePrefix);
  m.def("store_port(int store) -> int", &storePort);
  m.def("store_free(int store) -> ()", &storeFree);
  m.def("store_set(int channel, int store, str key, Tensor value) -> int", &storeSet);
  m.def("store_get(int channel, int store, str key, int timeout_ms) -> int", &storeGet);
  m.def("store_wait(int channel, int store, str[] keys, int timeout_ms) -> int", &storeWait);
  m.def("store_add(int channel, int store, str key, int value) -> int", &storeAdd);
  m.def("store_check(int channel, int store, str[] keys) -> int", &storeCheck);
  m.def("store_compare_set(int channel, int store, str key, Tensor expected, Tensor desired) -> int", &storeCompareSet);
  m.def("store_delete(int channel, int store, str key) -> int", &storeDelete);
  m.def("store_num_keys(int channel, int store) -> int", &storeNumKeys);
}

}  // namespace fabric::distributed
