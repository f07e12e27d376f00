// Contiguous runs of 16-bit numbers against float32: the inner loops of the half kernels, compiled once an instruction set.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>

namespace fabric::half {

struct Rows {
  /// dst[i] = float(src[i]); exact.
  void (*widen)(const void* src, float* dst, int64_t n);
  /// dst[i] = src[i] rounded to nearest even; NaN stays NaN.
  void (*narrow)(const float* src, void* dst, int64_t n);
  /// Sum of row[i] * x[i] in float32.
  float (*dot)(const void* row, const float* x, int64_t n);
  /// sums[j] = sum of row[i] * xs[j * n + i] in float32, for j < m: one pass over the row for four of the xs.
  void (*dots)(const void* row, const float* xs, int64_t m, int64_t n, float* sums);
  /// y[i] += a * row[i] in float32.
  void (*axpy)(float a, const void* row, float* y, int64_t n);
};

/// The loops for bfloat16 or float16 that suit this CPU.
const Rows& rowsOf(c10::ScalarType dtype);

}  // namespace fabric::half
