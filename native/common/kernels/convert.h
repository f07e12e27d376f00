// Runs of float32, float16 and bfloat16 numbers to and from float32. Included by *.isa.cc only: all is static, once an instruction set.
#pragma once

#include <cstdint>
#include <cstring>
#ifdef FABRIC_X86
#include <immintrin.h>
#endif

#include "element.h"

namespace fabric::FABRIC_LIBRARY::FABRIC_ISA {
namespace {

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline float widenBf16(uint16_t half) { return floatOf(static_cast<uint32_t>(half) << 16); }

/// To nearest even; a NaN stays one.
inline uint16_t narrowBf16(float value) {
  const uint32_t bits = bitsOf(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

#if defined(FABRIC_ISA_AVX2) || defined(FABRIC_ISA_AVX512)

inline float widenF16(uint16_t half) { return _cvtsh_ss(half); }
inline uint16_t narrowF16(float value) { return _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT); }

inline __m256 widenBf16x8(__m128i halves) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16)); }
inline __m256 widenBf16x8(const uint16_t* src) { return widenBf16x8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(src))); }
inline __m128i narrowBf16x8(__m256 value) {
  const __m256i bits = _mm256_castps_si256(value);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
  const __m256i quiet = _mm256_or_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(0x40));
  const __m256i isNan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
  const __m256i picked = _mm256_blendv_epi8(rounded, quiet, isNan);
  return _mm_packus_epi32(_mm256_castsi256_si128(picked), _mm256_extracti128_si256(picked, 1));
}

#else

inline float widenF16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1f, mantissa = half & 0x3ffu;
  if (exponent == 0x1f) return floatOf(sign | 0x7f800000u | (mantissa << 13) | (mantissa != 0 ? 0x400000u : 0));
  if (exponent != 0) return floatOf(sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float magnitude = static_cast<float>(mantissa) * 5.9604644775390625e-08f;  // 2^-24, exact
  return floatOf(sign | bitsOf(magnitude));
}

inline uint16_t narrowF16(float value) {
  const uint32_t bits = bitsOf(value), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
  if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);
  if (magnitude < 0x38800000u) {
    // Subnormal: adding 0.5 leaves the rounded multiple of 2^-24 in the low bits.
    const float shifted = floatOf(magnitude) + 0.5f;
    return static_cast<uint16_t>(sign | (bitsOf(shifted) - 0x3f000000u));
  }
  const uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1);
  return static_cast<uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

#endif

/// dst[i] = float(src[i]); exact.
inline void widenRun(Element element, const void* src, float* dst, int64_t n) {
  if (element == Element::Float32) {
    std::memcpy(dst, src, static_cast<size_t>(n) * sizeof(float));
    return;
  }
  const uint16_t* from = static_cast<const uint16_t*>(src);
  int64_t i = 0;
#if defined(FABRIC_ISA_AVX2) || defined(FABRIC_ISA_AVX512)
  if (element == Element::BFloat16)
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(dst + i, widenBf16x8(from + i));
  else
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(dst + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i))));
#endif
  for (; i < n; ++i) dst[i] = element == Element::BFloat16 ? widenBf16(from[i]) : widenF16(from[i]);
}

/// dst[i] = src[i] rounded to nearest even.
inline void narrowRun(Element element, const float* src, void* dst, int64_t n) {
  if (element == Element::Float32) {
    if (dst != src) std::memcpy(dst, src, static_cast<size_t>(n) * sizeof(float));
    return;
  }
  uint16_t* to = static_cast<uint16_t*>(dst);
  int64_t i = 0;
#if defined(FABRIC_ISA_AVX2) || defined(FABRIC_ISA_AVX512)
  if (element == Element::BFloat16)
    for (; i + 8 <= n; i += 8) _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), narrowBf16x8(_mm256_loadu_ps(src + i)));
  else
    for (; i + 8 <= n; i += 8)
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm256_cvtps_ph(_mm256_loadu_ps(src + i), _MM_FROUND_TO_NEAREST_INT));
#endif
  for (; i < n; ++i) to[i] = element == Element::BFloat16 ? narrowBf16(src[i]) : narrowF16(src[i]);
}

/// Bytes of one element.
inline int64_t sizeOf(Element element) { return element == Element::Float32 ? 4 : 2; }

}  // namespace
}  // namespace fabric::FABRIC_LIBRARY::FABRIC_ISA
