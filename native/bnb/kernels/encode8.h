// The search of Encoder8 on vectors. Included by *.isa.cc only: all is static, once an instruction set.
#pragma once

#include "../../common/kernels/convert.h"
#include "encoder8.h"
#include "lookup256.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

inline uint8_t encode8One(const Encoder8& encoder, float y) {
  uint8_t index = encoder.lowest[bitsOf(y) >> 16];
  for (int i = 0; i < encoder.comparisons; ++i) index = static_cast<uint8_t>(index + (y > encoder.thresholds[index]));
  return index;
}

#if defined(FABRIC_ISA_AVX512)

/// Indices of 16 values, in 32-bit lanes. `once` says that the encoder needs one comparison, as the dynamic maps do: without the loop the tables stay
/// in registers, and it takes little more than half the time.
template <bool once = false>
inline __m512i encode8(const Encoder8& encoder, __m512 y) {
  const __m512i bucket = _mm512_srli_epi32(_mm512_castps_si512(y), 16);
  __m512i index = _mm512_and_si512(_mm512_i32gather_epi32(bucket, encoder.lowest.data(), 1), _mm512_set1_epi32(0xff));
  for (int i = 0; i < (once ? 1 : encoder.comparisons); ++i) {
    const __mmask16 above = _mm512_cmp_ps_mask(y, lookup256(encoder.thresholds, index), _CMP_GT_OQ);
    index = _mm512_mask_add_epi32(index, above, index, _mm512_set1_epi32(1));
  }
  return index;
}

#elif defined(FABRIC_ISA_AVX2)

/// Indices of 8 values, in 32-bit lanes. `once` says that the encoder needs one comparison, as the dynamic maps do.
template <bool once = false>
inline __m256i encode8(const Encoder8& encoder, __m256 y) {
  const __m256i bucket = _mm256_srli_epi32(_mm256_castps_si256(y), 16);
  const int* lowest = reinterpret_cast<const int*>(encoder.lowest.data());
  __m256i index = _mm256_and_si256(_mm256_i32gather_epi32(lowest, bucket, 1), _mm256_set1_epi32(0xff));
  for (int i = 0; i < (once ? 1 : encoder.comparisons); ++i) {
    const __m256 above = _mm256_cmp_ps(y, _mm256_i32gather_ps(encoder.thresholds, index, 4), _CMP_GT_OQ);
    index = _mm256_sub_epi32(index, _mm256_castps_si256(above));
  }
  return index;
}

#endif

/// Codes of a run of values, scaled by `inverse`.
template <bool once>
inline void encode8RunBy(const Encoder8& encoder, const float* x, int64_t n, float inverse, uint8_t* codes) {
  int64_t i = 0;
#if defined(FABRIC_ISA_AVX512)
  const __m512 scale = _mm512_set1_ps(inverse);
  for (; i + 16 <= n; i += 16)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm512_cvtepi32_epi8(encode8<once>(encoder, _mm512_mul_ps(_mm512_loadu_ps(x + i), scale))));
#elif defined(FABRIC_ISA_AVX2)
  const __m256 scale = _mm256_set1_ps(inverse);
  for (; i + 8 <= n; i += 8) {
    const __m256i index = encode8<once>(encoder, _mm256_mul_ps(_mm256_loadu_ps(x + i), scale));
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(index), _mm256_extracti128_si256(index, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(codes + i), _mm_packus_epi16(words, words));
  }
#endif
  for (; i < n; ++i) codes[i] = encode8One(encoder, x[i] * inverse);
}

inline void encode8Run(const Encoder8& encoder, const float* x, int64_t n, float inverse, uint8_t* codes) {
  encoder.comparisons == 1 ? encode8RunBy<true>(encoder, x, n, inverse, codes) : encode8RunBy<false>(encoder, x, n, inverse, codes);
}

}  // namespace
}  // namespace fabric::bnb::FABRIC_ISA
