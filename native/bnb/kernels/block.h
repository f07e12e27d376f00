// A block's largest magnitude and what scales it to [-1, 1]. Included by *.isa.cc only: all is static, once an instruction set.
#pragma once

#include <cmath>

#include "../../common/kernels/convert.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

/// The longest block that is widened in one piece.
constexpr int64_t kMaxBlock = 4096;

/// Largest magnitude; NaNs do not count.
inline float absmaxOf(const float* x, int64_t n) {
  int64_t i = 0;
  float all = 0;
#if defined(FABRIC_ISA_AVX512)
  __m512 most = _mm512_setzero_ps();
  for (; i + 16 <= n; i += 16) most = _mm512_max_ps(_mm512_abs_ps(_mm512_loadu_ps(x + i)), most);  // a NaN gives way to the other operand
  all = _mm512_reduce_max_ps(most);
#elif defined(FABRIC_ISA_AVX2)
  __m256 most = _mm256_setzero_ps();
  for (; i + 8 <= n; i += 8) most = _mm256_max_ps(_mm256_andnot_ps(_mm256_set1_ps(-0.0f), _mm256_loadu_ps(x + i)), most);
  float lanes[8];
  _mm256_storeu_ps(lanes, most);
  for (const float lane : lanes) all = lane > all ? lane : all;
#endif
  for (; i < n; ++i) all = std::fabs(x[i]) > all ? std::fabs(x[i]) : all;
  return all;
}

/// Scales a block to [-1, 1]: a product with the reciprocal of absmax, or a quotient where that reciprocal overflows. A block of zeros stays one.
struct Scale {
  explicit Scale(float absmax) : absmax(absmax), inverse(absmax == 0 ? 0.0f : 1.0f / absmax), divides(std::isinf(inverse)) {}
  float operator()(float x) const { return divides ? x / absmax : x * inverse; }
  float absmax, inverse;
  bool divides;
};

}  // namespace
}  // namespace fabric::bnb::FABRIC_ISA
