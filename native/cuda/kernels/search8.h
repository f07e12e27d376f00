// Finds the nearest of 256 sorted values, as native/bnb/kernels/encoder8.h does: a value halfway between two takes the even index, a NaN the first.
#pragma once

#include "device.h"

namespace fabric::cuda {

/// The tables of the search. The sign and the upper bits of a magnitude below 2 choose a bucket, which gives the lowest index possible; comparisons
/// with thresholds do the rest. Magnitudes below 2^-24 share a bucket, so that all lie in shared memory.
struct alignas(16) Search8 {
  static constexpr uint32_t kFirst = 0x3380;           // the upper half of 2^-24
  static constexpr uint32_t kLast = 0x3f80;            // and of 1
  static constexpr int kBuckets = kLast - kFirst + 3;  // with what is below, and what is above: only NaN, since no state exceeds its scale

  float values[256];
  /// Index i + 1 begins above thresholds[i]; the last one is never passed.
  float thresholds[256];
  /// Comparisons that the fullest bucket needs: 1 for the dynamic maps.
  int comparisons;
  /// The index of zero.
  int zero;
  int unused[2];
  /// Of values from 0 up, and of negative ones.
  uint8_t lowest[2][(kBuckets + 7) / 8 * 8];
};
static_assert(sizeof(Search8) % 16 == 0, "copied 16 bytes at a time");

__device__ inline int search8(const Search8& by, float y) {
  const uint32_t bits = __float_as_uint(y);
  const uint32_t upper = min(max(bits << 1 >> 17, Search8::kFirst - 1), Search8::kLast + 1);
  int index = by.lowest[bits >> 31][upper - (Search8::kFirst - 1)];
  for (int i = 0; i < by.comparisons; ++i) index += y > by.thresholds[index];
  return index;
}

/// Copies a table to shared memory with all threads; the block's threads must meet before it is read.
__device__ inline void copySearch8(const void* from, Search8& to) {
  const auto* words = static_cast<const uint4*>(from);
  for (int i = threadIdx.x; i < static_cast<int>(sizeof(Search8) / 16); i += blockDim.x) reinterpret_cast<uint4*>(&to)[i] = words[i];
}

}  // namespace fabric::cuda
