// Signed 8-bit codes, once an instruction set. The loops are plain: the compiler makes vectors of them, with the same bits everywhere.
#include "int8_codes.h"

#include <algorithm>
#include <cmath>

#include "../../common/kernels/convert.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

/// Elements that are widened at a time.
constexpr int64_t kRun = 1024;
/// Columns that are quantised together.
constexpr int64_t kColumns = 256;
constexpr int32_t kMagnitude = 0x7fffffff, kInfinity = 0x7f800000, kHalfMin = 0x38800000;
/// Added to a float of less than 2^22 it leaves the nearest integer, ties to even, in the low bits.
constexpr float kRounder = 12582912.0f;
constexpr float kInverse = 1.0f / 16129.0f;

inline int32_t magnitudeOf(float value) { return static_cast<int32_t>(bitsOf(value)) & kMagnitude; }
inline float magnitudeAt(int32_t bits) { return floatOf(static_cast<uint32_t>(bits)); }
inline int32_t nearest(float value) { return static_cast<int32_t>(bitsOf(value + kRounder)) - static_cast<int32_t>(0x4b400000); }

inline const char* at(const Int8Source& source, int64_t row, int64_t column) {
  return static_cast<const char*>(source.data) + (row * source.cols + column) * sizeOf(source.element);
}

inline void roundRun(float* values, int64_t n) {
  uint16_t half[kRun];
  narrowRun(Element::Float16, values, half, n);
  widenRun(Element::Float16, half, values, n);
}

/// `n` elements in float32: where they are, or in `wide`.
inline const float* load(const Int8Source& source, int64_t row, int64_t column, int64_t n, bool round, float* wide) {
  const char* from = at(source, row, column);
  const bool narrows = round && source.element != Element::Float16;
  if (source.element == Element::Float32 && !narrows) return reinterpret_cast<const float*>(from);
  widenRun(source.element, from, wide, n);
  if (narrows) roundRun(wide, n);
  return wide;
}

/// Bits of the largest magnitude; those of a NaN are above all others.
inline int32_t largest(const float* x, int64_t n, float threshold, int32_t most) {
  if (threshold > 0)
    for (int64_t j = 0; j < n; ++j) {
      const int32_t bits = magnitudeOf(x[j]), kept = magnitudeAt(bits) >= threshold ? 0 : bits;
      most = kept > most ? kept : most;
    }
  else
    for (int64_t j = 0; j < n; ++j) {
      const int32_t bits = magnitudeOf(x[j]);
      most = bits > most ? bits : most;
    }
  return most;
}

int32_t largestOfRow(const Int8Source& source, int64_t row, bool round) {
  float wide[kRun];
  int32_t most = 0;
  for (int64_t column = 0; column < source.cols; column += kRun) {
    const int64_t n = std::min(kRun, source.cols - column);
    most = largest(load(source, row, column, n, round, wide), n, source.threshold, most);
  }
  return most;
}

inline bool outsideHalf(int32_t bits) { return bits >= kInfinity || bits < kHalfMin; }

/// Factor to codes; a scale so small that its reciprocal overflows is divided by instead.
struct Factor {
  explicit Factor(float scale) : scale(scale), inverse(127.0f / scale), divides(std::isinf(inverse)) {}
  float operator()(float x) const { return divides ? x / scale * 127.0f : x * inverse; }
  float scale, inverse;
  bool divides;
};

void quantizeRun(const float* x, int64_t n, const Factor& factor, float threshold, int8_t* q, uint8_t* columns) {
  if (factor.divides) {
    for (int64_t j = 0; j < n; ++j) q[j] = static_cast<int8_t>(nearest(factor(threshold > 0 && std::fabs(x[j]) >= threshold ? 0.0f : x[j])));
  } else {
    const float inverse = factor.inverse;
    if (threshold > 0)
      for (int64_t j = 0; j < n; ++j) q[j] = static_cast<int8_t>(nearest((std::fabs(x[j]) >= threshold ? 0.0f : x[j]) * inverse));
    else
      for (int64_t j = 0; j < n; ++j) q[j] = static_cast<int8_t>(nearest(x[j] * inverse));
  }
  if (threshold > 0)
    for (int64_t j = 0; j < n; ++j) columns[j] |= static_cast<uint8_t>(std::fabs(x[j]) >= threshold);
}

void quantizeRows(const Int8Source& source, int64_t begin, int64_t end, int8_t* q, float* stats, uint8_t* columns) {
  float wide[kRun];
  for (int64_t row = begin; row < end; ++row) {
    bool round = source.roundHalf;
    int32_t most = largestOfRow(source, row, round);
    if (round && source.element != Element::Float16 && outsideHalf(most)) {
      round = false;
      most = largestOfRow(source, row, round);
    }
    stats[row] = magnitudeAt(most);
    int8_t* to = q + row * source.cols;
    const bool codes = most > 0 && most < kInfinity;
    if (!codes) std::fill(to, to + source.cols, int8_t{0});
    if (!codes && source.threshold <= 0) continue;
    const Factor factor(stats[row]);
    for (int64_t column = 0; column < source.cols; column += kRun) {
      const int64_t n = std::min(kRun, source.cols - column);
      const float* x = load(source, row, column, n, round, wide);
      if (codes) quantizeRun(x, n, factor, source.threshold, to + column, columns == nullptr ? nullptr : columns + column);
      else
        for (int64_t j = 0; j < n; ++j) columns[column + j] |= static_cast<uint8_t>(std::fabs(x[j]) >= source.threshold);
    }
  }
}

/// Each column's largest magnitude, with and without rounding.
void largestOfColumns(const Int8Source& source, int64_t column, int64_t n, int32_t* rounded, int32_t* plain) {
  float wide[kRun];
  std::fill(rounded, rounded + n, 0);
  std::fill(plain, plain + n, 0);
  const auto take = [&](const float* x, int32_t* most) {
    for (int64_t j = 0; j < n; ++j) {
      const int32_t bits = magnitudeOf(x[j]), kept = source.threshold > 0 && magnitudeAt(bits) >= source.threshold ? 0 : bits;
      most[j] = kept > most[j] ? kept : most[j];
    }
  };
  for (int64_t row = 0; row < source.rows; ++row) {
    take(load(source, row, column, n, false, wide), plain);
    if (source.roundHalf) take(load(source, row, column, n, true, wide), rounded);
  }
}

void quantizeColumns(const Int8Source& source, int64_t begin, int64_t end, int8_t* q, float* stats) {
  float wide[kRun], halves[kRun], inverse[kColumns];
  int32_t rounded[kColumns], plain[kColumns];
  bool unrounded[kColumns];
  for (int64_t column = begin; column < end; column += kColumns) {
    const int64_t n = std::min(kColumns, end - column);
    largestOfColumns(source, column, n, rounded, plain);
    bool tiny = false;
    for (int64_t j = 0; j < n; ++j) {
      unrounded[j] = !source.roundHalf || (source.element != Element::Float16 && outsideHalf(rounded[j]));
      const int32_t most = unrounded[j] ? plain[j] : rounded[j];
      stats[column + j] = magnitudeAt(most);
      inverse[j] = most > 0 && most < kInfinity ? 127.0f / stats[column + j] : 0.0f;
      tiny = tiny || std::isinf(inverse[j]);
    }
    for (int64_t row = 0; row < source.rows; ++row) {
      const float* x = load(source, row, column, n, false, wide);
      const float* h = source.roundHalf ? load(source, row, column, n, true, halves) : x;
      int8_t* to = q + row * source.cols + column;
      for (int64_t j = 0; j < n; ++j) {
        const float value = unrounded[j] ? x[j] : h[j];
        // What has no codes may hold infinities.
        const bool zero = inverse[j] == 0.0f || (source.threshold > 0 && std::fabs(value) >= source.threshold);
        to[j] = static_cast<int8_t>(nearest((zero ? 0.0f : value) * (std::isinf(inverse[j]) ? 0.0f : inverse[j])));
      }
      if (tiny)
        for (int64_t j = 0; j < n; ++j)
          if (std::isinf(inverse[j]) && !(source.threshold > 0 && std::fabs(x[j]) >= source.threshold))
            to[j] = static_cast<int8_t>(nearest(x[j] / stats[column + j] * 127.0f));
    }
  }
}

void dequantize(const int8_t* q, float a, float b, int64_t n, Element element, void* dst) {
  float wide[kRun];
  const bool inPlace = element == Element::Float32;
  for (int64_t i = 0; i < n; i += kRun) {
    const int64_t run = std::min(kRun, n - i);
    float* to = inPlace ? static_cast<float*>(dst) + i : wide;
    for (int64_t j = 0; j < run; ++j) to[j] = static_cast<float>(q[i + j]) * a * b;
    if (!inPlace) narrowRun(element, wide, static_cast<char*>(dst) + i * sizeOf(element), run);
  }
}

void scale(const int32_t* c, float row, const float* columns, const float* bias, int64_t n, Element element, void* dst) {
  float wide[kRun];
  const bool inPlace = element == Element::Float32;
  for (int64_t i = 0; i < n; i += kRun) {
    const int64_t run = std::min(kRun, n - i);
    float* to = inPlace ? static_cast<float*>(dst) + i : wide;
    for (int64_t j = 0; j < run; ++j) to[j] = static_cast<float>(c[i + j]) * row * columns[i + j] * kInverse;
    if (bias != nullptr)
      for (int64_t j = 0; j < run; ++j) to[j] += bias[i + j];
    if (!inPlace) narrowRun(element, wide, static_cast<char*>(dst) + i * sizeOf(element), run);
  }
}

}  // namespace

const Int8Codes& int8Codes() {
  static const Int8Codes table{quantizeRows, quantizeColumns, dequantize, scale};
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
