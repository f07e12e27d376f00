// Vectors of floats, and 4-bit codes decoded to them. Included by *.isa.cc only: all is static, once an instruction set.
//
// Codes come 32 at a time, 16 bytes. Their values are left in the order that is cheapest to make: of each run of 2 * kLanes elements first the even
// ones, then the odd ones. What they are multiplied with is put into the same order by `arrange`.
#pragma once

#include "../../common/kernels/convert.h"
#include "quant4.h"

/// Before loops over arrays of vectors: unrolled, these are registers.
#define BNB_UNROLL _Pragma("GCC unroll 8")

namespace fabric::bnb::FABRIC_ISA {
namespace {

#if defined(FABRIC_ISA_AVX512)

using Lanes = __m512;
constexpr int kLanes = 16;
inline Lanes zero() { return _mm512_setzero_ps(); }
inline Lanes load(const float* from) { return _mm512_loadu_ps(from); }
inline void store(float* to, Lanes a) { _mm512_storeu_ps(to, a); }
inline Lanes fma(Lanes a, Lanes b, Lanes sum) { return _mm512_fmadd_ps(a, b, sum); }
inline float sumOf(Lanes a) { return _mm512_reduce_add_ps(a); }

/// to[i] = the sum of a[i].
inline void sumsOf4(const Lanes* a, float* to) {
  const auto halves = [](Lanes x, Lanes y) { return _mm512_add_ps(_mm512_unpacklo_ps(x, y), _mm512_unpackhi_ps(x, y)); };
  const __m512 low = halves(a[0], a[1]), high = halves(a[2], a[3]);
  const __m512 quarters = _mm512_add_ps(_mm512_shuffle_ps(low, high, 0x44), _mm512_shuffle_ps(low, high, 0xee));
  const __m256 eighths = _mm256_add_ps(_mm512_castps512_ps256(quarters), _mm512_extractf32x8_ps(quarters, 1));
  _mm_storeu_ps(to, _mm_add_ps(_mm256_castps256_ps128(eighths), _mm256_extractf128_ps(eighths, 1)));
}

/// The 16 values that the codes of a block stand for.
struct Values {
  __m512 all;
};

inline __m512 roundBf16(__m512 value) {
  const __m512i bits = _mm512_castps_si512(value), upper = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_and_si512(_mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff))), upper);
  const __m512i quiet = _mm512_and_si512(_mm512_or_si512(bits, _mm512_set1_epi32(0x400000)), upper);
  return _mm512_castsi512_ps(_mm512_mask_mov_epi32(rounded, _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q), quiet));
}

inline Values valuesOf(const float* table, float absmax, Element rounding) {
  const __m512 exact = _mm512_mul_ps(_mm512_loadu_ps(table), _mm512_set1_ps(absmax));
  if (rounding == Element::Float32) return {exact};
  return {rounding == Element::BFloat16 ? roundBf16(exact) : _mm512_cvtph_ps(_mm512_cvtps_ph(exact, _MM_FROUND_TO_NEAREST_INT))};
}

/// A permutation reads the low four bits of each lane, so that odd elements need no mask.
inline void decode(const uint8_t* bytes, const Values& values, Lanes* to) {
  const __m512i codes = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
  to[0] = _mm512_permutexvar_ps(_mm512_srli_epi32(codes, 4), values.all);
  to[1] = _mm512_permutexvar_ps(codes, values.all);
}

#elif defined(FABRIC_ISA_AVX2)

using Lanes = __m256;
constexpr int kLanes = 8;
inline Lanes zero() { return _mm256_setzero_ps(); }
inline Lanes load(const float* from) { return _mm256_loadu_ps(from); }
inline void store(float* to, Lanes a) { _mm256_storeu_ps(to, a); }
inline Lanes fma(Lanes a, Lanes b, Lanes sum) { return _mm256_fmadd_ps(a, b, sum); }

inline void sumsOf4(const Lanes* a, float* to) {
  const __m256 quarters = _mm256_hadd_ps(_mm256_hadd_ps(a[0], a[1]), _mm256_hadd_ps(a[2], a[3]));
  _mm_storeu_ps(to, _mm_add_ps(_mm256_castps256_ps128(quarters), _mm256_extractf128_ps(quarters, 1)));
}

struct Values {
  __m256 lower, upper;
};

/// Bit 3 of a code, moved to the sign, chooses between the halves of the table.
inline __m256 pick(const Values& values, __m256i codes, __m256i sign) {
  return _mm256_blendv_ps(_mm256_permutevar8x32_ps(values.lower, codes), _mm256_permutevar8x32_ps(values.upper, codes), _mm256_castsi256_ps(sign));
}

inline void decode(const uint8_t* bytes, const Values& values, Lanes* to) {
  BNB_UNROLL
  for (int half = 0; half < 2; ++half) {
    const __m256i codes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + 8 * half)));
    to[2 * half] = pick(values, _mm256_srli_epi32(codes, 4), _mm256_slli_epi32(codes, 24));
    to[2 * half + 1] = pick(values, codes, _mm256_slli_epi32(codes, 28));
  }
}

#else

/// Four floats that any compiler makes vectors of.
struct Lanes {
  float at[4];
};
constexpr int kLanes = 4;
inline Lanes zero() { return {}; }
inline Lanes load(const float* from) { return {{from[0], from[1], from[2], from[3]}}; }
inline void store(float* to, Lanes a) { std::memcpy(to, a.at, sizeof a.at); }
inline Lanes fma(Lanes a, Lanes b, Lanes sum) {
  return {{a.at[0] * b.at[0] + sum.at[0], a.at[1] * b.at[1] + sum.at[1], a.at[2] * b.at[2] + sum.at[2], a.at[3] * b.at[3] + sum.at[3]}};
}

inline void sumsOf4(const Lanes* a, float* to) {
  for (int i = 0; i < 4; ++i) to[i] = (a[i].at[0] + a[i].at[1]) + (a[i].at[2] + a[i].at[3]);
}

struct Values {
  float all[16];
};

inline void decode(const uint8_t* bytes, const Values& values, Lanes* to) {
  for (int run = 0; run < 4; ++run)
    for (int i = 0; i < 4; ++i) {
      const uint8_t byte = bytes[4 * run + i];
      to[2 * run].at[i] = values.all[byte >> 4];
      to[2 * run + 1].at[i] = values.all[byte & 0x0f];
    }
}

#endif

#if !defined(FABRIC_ISA_AVX512)

inline float sumOf(Lanes a) {
  float lanes[kLanes], sum = 0;
  store(lanes, a);
  for (const float lane : lanes) sum += lane;
  return sum;
}

inline Values valuesOf(const float* table, float absmax, Element rounding) {
  alignas(32) float wide[16];
  for (int i = 0; i < 16; ++i) wide[i] = table[i] * absmax;
  if (rounding != Element::Float32) {
    uint16_t narrow[16];
    narrowRun(rounding, wide, narrow, 16);
    widenRun(rounding, narrow, wide, 16);
  }
  Values values;
  std::memcpy(&values, wide, sizeof values);
  return values;
}

#endif

/// Vectors that 32 codes decode to.
constexpr int kDecoded = 32 / kLanes;

/// Puts `n` floats, a multiple of 32, into the order of decoded values.
inline void arrange(const float* from, int64_t n, float* to) {
  for (int64_t i = 0; i < n; i += 2 * kLanes)
    for (int lane = 0; lane < kLanes; ++lane) {
      to[i + lane] = from[i + 2 * lane];
      to[i + kLanes + lane] = from[i + 2 * lane + 1];
    }
}

}  // namespace
}  // namespace fabric::bnb::FABRIC_ISA
