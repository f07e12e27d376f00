// values[index] of a table of 256 numbers, 16 at a time. Included by *.isa.cc only: all is static, once an instruction set.
#pragma once

#ifdef FABRIC_X86
#include <immintrin.h>
#endif

namespace fabric::bnb::FABRIC_ISA {
namespace {

#if defined(FABRIC_ISA_AVX512)

/// Less than half the time of a gather: eight permutes of 32 values each, and a choice by the upper three bits. `index` is below 256.
inline __m512 lookup256(const float* values, __m512i index) {
  const auto bit = [&](int mask) { return _mm512_test_epi32_mask(index, _mm512_set1_epi32(mask)); };
  const auto among = [&](int first) { return _mm512_permutex2var_ps(_mm512_loadu_ps(values + first), index, _mm512_loadu_ps(values + first + 16)); };
  const __mmask16 bit5 = bit(32), bit6 = bit(64), bit7 = bit(128);
  const __m512 a = _mm512_mask_blend_ps(bit5, among(0), among(32)), b = _mm512_mask_blend_ps(bit5, among(64), among(96));
  const __m512 c = _mm512_mask_blend_ps(bit5, among(128), among(160)), d = _mm512_mask_blend_ps(bit5, among(192), among(224));
  return _mm512_mask_blend_ps(bit7, _mm512_mask_blend_ps(bit6, a, b), _mm512_mask_blend_ps(bit6, c, d));
}

#endif

}  // namespace
}  // namespace fabric::bnb::FABRIC_ISA
