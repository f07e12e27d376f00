// Finds the nearest of 256 sorted values: the tables of the search, made once a code.
#pragma once

#include <cstdint>
#include <vector>

namespace fabric::bnb {

/// Nearest entry of a sorted code; a value halfway between two takes the even index, a NaN the first entry.
/// The upper 16 bits of a float choose a bucket, which gives the lowest index possible; comparisons with thresholds do the rest.
struct Encoder8 {
  /// `code` is 256 ascending values.
  explicit Encoder8(const float* code);

  static constexpr int kBuckets = 1 << 16;
  /// The lowest index of each bucket; three more bytes, since gathers read four.
  std::vector<uint8_t> lowest;
  /// Index i + 1 begins above thresholds[i]; the last one is never passed.
  float thresholds[256];
  /// Comparisons that the fullest bucket needs.
  int comparisons;
  /// The index of zero.
  uint8_t zero;
};

}  // namespace fabric::bnb
