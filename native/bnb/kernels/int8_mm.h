// Products of matrices of signed 8-bit numbers, exact. Plain pointers and counts; callers divide the work among threads.
#pragma once

#include <cstdint>

namespace fabric::bnb {

struct Int8Mm {
  /// Bytes of an element of the left factor once it is prepared.
  int64_t preparedSize;
  /// Rewrites `n` elements of the left factor in the form that `multiply` reads.
  void (*prepare)(const int8_t* a, int64_t n, void* prepared);
  /// c[i * stride + j] = sum over k of a[i * k...] b[j * k...], i < m, j < n, modulo 2^32: exact below k = 131072, for every code.
  void (*multiply)(const void* prepared, int64_t m, const int8_t* b, int64_t n, int64_t k, int32_t* c, int64_t stride);
};

const Int8Mm& int8Mm();

}  // namespace fabric::bnb
