// Products of a few rows of activations with a 4-bit weight, decoded on the way.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"
#include "quant4.h"

namespace fabric::bnb {

struct Gemv4 {
  /// Rows of activations that are taken together.
  int64_t rows;
  /// Takes `k` floats apart: even ones to x[0, k / 2), odd ones to x[k / 2, k).
  void (*split)(const float* src, int64_t k, float* x);
  /// y[m * stride + n] = sum of weight[n, i] * x_m[i] for n in [begin, end) and m < count <= rows; `x` is `count` rows of `k` split floats.
  /// A weight is table[code] * absmax, rounded to float32 and then to `rounding`. `k` and `blocksize` are multiples of 16; sums are in float32.
  void (*multiply)(Code4 code, Element rounding, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t k, int64_t begin, int64_t end, const float* x,
                   int64_t count, float* y, int64_t stride);
};

const Gemv4& gemv4();

}  // namespace fabric::bnb
