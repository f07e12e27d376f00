// Products of activations with a 4-bit weight, decoded on the way. Plain pointers and counts; callers divide the work among threads.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"
#include "quant4.h"

namespace fabric::bnb {

/// A weight of rows of `k` elements, a multiple of 32. Element i of the flat weight is table[code i] * absmax[i / blocksize], rounded to float32 and
/// then to `rounding`; blocks are powers of two of at least 32 elements.
struct Weight4 {
  Code4 code;
  Element rounding;
  const uint8_t* packed;
  const float* absmax;
  int64_t blocksize, k;
};

struct Gemv4 {
  /// Rows of activations up to which `few` is faster than `many`.
  int64_t fewRows;
  /// Rows from which on a product of libtorch with a dequantised weight is faster than both, by `Element`.
  int64_t panelRows[3];
  /// Widens a row of `k` activations and puts them into the order in which codes are decoded.
  void (*arrange)(Element element, const void* src, int64_t k, float* x);
  /// y[m * stride + n] = sum over i of weight[n, i] * x_m[i] for n in [begin, end) and m < count; row m is at x + m * xStride, arranged. Sums are in
  /// float32 and the same for any `begin` and `end`. Codes are decoded where they are multiplied, again for each group of rows.
  void (*few)(const Weight4& weight, int64_t begin, int64_t end, const float* x, int64_t xStride, int64_t count, float* y, int64_t stride);
  /// The same in another order of sums: up to `tileRows` rows of the weight are decoded into `tile`, `tileFloats` of them, a piece of their width at a
  /// time.
  void (*many)(const Weight4& weight, int64_t begin, int64_t end, const float* x, int64_t xStride, int64_t count, float* y, int64_t stride, float* tile);
  int64_t tileRows, tileFloats;
  /// out = sums + bias, rounded once to `element`; no bias where it is null.
  void (*finish)(const float* sums, const float* bias, int64_t n, Element element, void* out);
};

const Gemv4& gemv4();

}  // namespace fabric::bnb
