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

/// Eight elements in float32, from an address aligned to 16 bytes.
template <typename T>
__device__ inline void load8(const T* from, float (&to)[8]) {
  const Pack<T, 8> values = loadWide<8>(from);
#pragma unroll
  for (int i = 0; i < 8; ++i) to[i] = toFloat(values.at[i]);
}

/// The same for the first `count` only, from any address; zeros for the rest.
template <typename T>
__device__ inline void loadSome(const T* from, int64_t count, float (&to)[8]) {
  // Indices that the compiler knows keep the numbers in registers.
#pragma unroll
  for (int i = 0; i < 8; ++i) to[i] = i < count ? toFloat(from[i]) : 0.0f;
}

/// The larger of `most` and the magnitude of `x`. A NaN does not count, a signalling one neither, which fmaxf leaves to the implementation.
__device__ inline float grow(float most, float x) { return fabsf(x) > most ? fabsf(x) : most; }

}  // namespace fabric::cuda
