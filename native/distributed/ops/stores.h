// The table of c10d's stores, and meetings of ranks in one.
#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace fabric::distributed {

using StorePtr = c10::intrusive_ptr<c10d::Store>;
using std::chrono::milliseconds;

StorePtr storeOf(int64_t id);
int64_t addStore(StorePtr store);

/// What each rank wrote to meet the others.
struct Meeting {
  std::vector<std::string> words;
  std::vector<int> missing;  // ranks that did not come in time; then their words are empty
};

/// Writes `word` for this rank and waits for those of the others. The store is used by this thread alone meanwhile.
Meeting meet(c10d::Store& store, const std::string& place, int rank, int size, const std::string& word, milliseconds timeout);

/// "1", "1 and 2", "1, 2 and 5"
std::string listOf(const std::vector<int>& ranks);

}  // namespace fabric::distributed
