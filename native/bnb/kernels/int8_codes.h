// Signed 8-bit codes with one scale a row or a column (LLM.int8()). Plain pointers and counts; callers divide the work among threads.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"

namespace fabric::bnb {

/// How a matrix is quantised.
struct Int8Source {
  Element element;
  const void* data;
  int64_t rows, cols;
  /// Elements of at least this magnitude are outliers: they count for no scale and get code 0. 0: there are none.
  float threshold;
  /// Round to float16 first, except rows (columns) whose largest magnitude lies outside of its normal numbers.
  bool roundHalf;
};

struct Int8Codes {
  /// q = rint(x * (127 / stats[row])), stats[row] = max |x|, rows [begin, end). Sets columns[c] for each column with an outlier, if there is a threshold.
  /// A row with a NaN or an infinity gets that as its scale, and codes of 0.
  void (*quantizeRows)(const Int8Source& source, int64_t begin, int64_t end, int8_t* q, float* stats, uint8_t* columns);
  /// The same by columns [begin, end): codes where their elements are, stats[column].
  void (*quantizeColumns)(const Int8Source& source, int64_t begin, int64_t end, int8_t* q, float* stats);
  /// dst[i] = (q[i] * a) * b, rounded to `element`.
  void (*dequantize)(const int8_t* q, float a, float b, int64_t n, Element element, void* dst);
  /// dst[i] = (((c[i] * row) * columns[i]) * (1 / 127^2)) + bias[i] in float32, rounded to `element`; `bias` may be null.
  void (*scale)(const int32_t* c, float row, const float* columns, const float* bias, int64_t n, Element element, void* dst);
};

const Int8Codes& int8Codes();

}  // namespace fabric::bnb
