// Runs of elements in accesses of 16 bytes, for addresses that are aligned to no more.
#pragma once

#include "element.h"

namespace fabric::cuda {

/// Writes `N` elements to an address aligned to 16 bytes, or to all of them where they are fewer.
template <typename T, int N>
__device__ inline void storeWide(T* to, const Pack<T, N>& values) {
  constexpr int kEach = N * static_cast<int>(sizeof(T)) < 16 ? N : 16 / static_cast<int>(sizeof(T));
  static_assert(N % kEach == 0, "a whole number of accesses");
#pragma unroll
  for (int i = 0; i < N; i += kEach) {
    Pack<T, kEach> piece;
#pragma unroll
    for (int j = 0; j < kEach; ++j) piece.at[j] = values.at[i + j];
    store(to + i, piece);
  }
}

/// Reads `N` elements from an address aligned to 16 bytes, or to all of them where they are fewer.
template <int N, typename T>
__device__ inline Pack<T, N> loadWide(const T* from) {
  constexpr int kEach = N * static_cast<int>(sizeof(T)) < 16 ? N : 16 / static_cast<int>(sizeof(T));
  static_assert(N % kEach == 0, "a whole number of accesses");
  Pack<T, N> values;
#pragma unroll
  for (int i = 0; i < N; i += kEach) {
    const Pack<T, kEach> piece = load<T, kEach>(from + i);
#pragma unroll
    for (int j = 0; j < kEach; ++j) values.at[i + j] = piece.at[j];
  }
  return values;
}

}  // namespace fabric::cuda
