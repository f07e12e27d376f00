// Products with a 4-bit weight, once an instruction set. The 16 values of a block are made once and then picked by code, so that each weight is
// exactly what dequantising gives.
#include "gemv4.h"

#include <algorithm>

#include "../../common/kernels/convert.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

void split(const float* src, int64_t k, float* x) {
  for (int64_t i = 0; i < k / 2; ++i) {
    x[i] = src[2 * i];
    x[k / 2 + i] = src[2 * i + 1];
  }
}

#if !defined(FABRIC_ISA_AVX512)
/// The values that the codes of a block stand for.
inline void blockValues(const float* table, float absmax, Element rounding, float* values) {
  for (int i = 0; i < 16; ++i) values[i] = table[i] * absmax;
  if (rounding == Element::Float32) return;
  uint16_t narrow[16];
  narrowRun(rounding, values, narrow, 16);
  widenRun(rounding, narrow, values, 16);
}
#endif

#if defined(FABRIC_ISA_AVX512)

constexpr int64_t kRows = 8;

inline __m512 roundBf16(__m512 values) {
  const __m256 low = widenBf16x8(narrowBf16x8(_mm512_castps512_ps256(values))), high = widenBf16x8(narrowBf16x8(_mm512_extractf32x8_ps(values, 1)));
  return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

/// 16 bytes of codes at a time: a permutation reads the low four bits of each lane, so that odd elements need no mask.
template <int M>
void multiplyRows(Code4 code, Element rounding, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t k, int64_t begin, int64_t end, const float* x, float* y,
                  int64_t stride) {
  const __m512 table = _mm512_loadu_ps(code4Table(code));
  for (int64_t n = begin; n < end; ++n) {
    __m512 even[M], odd[M];
    for (int m = 0; m < M; ++m) even[m] = odd[m] = _mm512_setzero_ps();
    for (int64_t i = 0; i < k;) {
      const int64_t flat = n * k + i, run = std::min(blocksize - flat % blocksize, k - i);
      __m512 values = _mm512_mul_ps(table, _mm512_set1_ps(absmax[flat / blocksize]));
      if (rounding == Element::Float16) values = _mm512_cvtph_ps(_mm512_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT));
      else if (rounding == Element::BFloat16) values = roundBf16(values);
      const uint8_t* bytes = packed + flat / 2;
      int64_t j = 0;
      for (; j + 32 <= run; j += 32) {
        const __m512i codes = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + j / 2)));
        const __m512 high = _mm512_permutexvar_ps(_mm512_srli_epi32(codes, 4), values), low = _mm512_permutexvar_ps(codes, values);
        for (int m = 0; m < M; ++m) {
          const float* row = x + m * k + (i + j) / 2;
          even[m] = _mm512_fmadd_ps(high, _mm512_loadu_ps(row), even[m]);
          odd[m] = _mm512_fmadd_ps(low, _mm512_loadu_ps(row + k / 2), odd[m]);
        }
      }
      if (j < run) {  // 16 more elements
        const __m512i codes = _mm512_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + j / 2)));
        const __m512 high = _mm512_permutexvar_ps(_mm512_srli_epi32(codes, 4), values), low = _mm512_permutexvar_ps(codes, values);
        for (int m = 0; m < M; ++m) {
          const float* row = x + m * k + (i + j) / 2;
          even[m] = _mm512_fmadd_ps(high, _mm512_maskz_loadu_ps(0xff, row), even[m]);
          odd[m] = _mm512_fmadd_ps(low, _mm512_maskz_loadu_ps(0xff, row + k / 2), odd[m]);
        }
      }
      i += run;
    }
    for (int m = 0; m < M; ++m) y[m * stride + n] = _mm512_reduce_add_ps(_mm512_add_ps(even[m], odd[m]));
  }
}

#elif defined(FABRIC_ISA_AVX2)

constexpr int64_t kRows = 4;

/// Bit 3 of a code, moved to the sign, chooses between the halves of the table.
inline __m256 pick(__m256 low, __m256 high, __m256i codes, __m256i sign) {
  return _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, codes), _mm256_permutevar8x32_ps(high, codes), _mm256_castsi256_ps(sign));
}

template <int M>
void multiplyRows(Code4 code, Element rounding, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t k, int64_t begin, int64_t end, const float* x, float* y,
                  int64_t stride) {
  const float* table = code4Table(code);
  for (int64_t n = begin; n < end; ++n) {
    __m256 even[M], odd[M];
    for (int m = 0; m < M; ++m) even[m] = odd[m] = _mm256_setzero_ps();
    for (int64_t i = 0; i < k;) {
      const int64_t flat = n * k + i, run = std::min(blocksize - flat % blocksize, k - i);
      alignas(32) float values[16];
      blockValues(table, absmax[flat / blocksize], rounding, values);
      const __m256 lower = _mm256_load_ps(values), upper = _mm256_load_ps(values + 8);
      const uint8_t* bytes = packed + flat / 2;
      for (int64_t j = 0; j < run; j += 16) {
        const __m256i codes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + j / 2)));
        const __m256 high = pick(lower, upper, _mm256_srli_epi32(codes, 4), _mm256_slli_epi32(codes, 24));
        const __m256 low = pick(lower, upper, codes, _mm256_slli_epi32(codes, 28));
        for (int m = 0; m < M; ++m) {
          const float* row = x + m * k + (i + j) / 2;
          even[m] = _mm256_fmadd_ps(high, _mm256_loadu_ps(row), even[m]);
          odd[m] = _mm256_fmadd_ps(low, _mm256_loadu_ps(row + k / 2), odd[m]);
        }
      }
      i += run;
    }
    for (int m = 0; m < M; ++m) {
      float lanes[8], sum = 0;
      _mm256_storeu_ps(lanes, _mm256_add_ps(even[m], odd[m]));
      for (const float lane : lanes) sum += lane;
      y[m * stride + n] = sum;
    }
  }
}

#else

constexpr int64_t kRows = 4;

template <int M>
void multiplyRows(Code4 code, Element rounding, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t k, int64_t begin, int64_t end, const float* x, float* y,
                  int64_t stride) {
  const float* table = code4Table(code);
  for (int64_t n = begin; n < end; ++n) {
    float sums[M] = {};
    for (int64_t i = 0; i < k;) {
      const int64_t flat = n * k + i, run = std::min(blocksize - flat % blocksize, k - i);
      float values[16];
      blockValues(table, absmax[flat / blocksize], rounding, values);
      for (int64_t j = 0; j < run; j += 2) {
        const uint8_t byte = packed[(flat + j) / 2];
        for (int m = 0; m < M; ++m) {
          const float* row = x + m * k + (i + j) / 2;
          sums[m] += values[byte >> 4] * row[0] + values[byte & 0x0f] * row[k / 2];
        }
      }
      i += run;
    }
    for (int m = 0; m < M; ++m) y[m * stride + n] = sums[m];
  }
}

#endif

using Multiply = void (*)(Code4, Element, const uint8_t*, const float*, int64_t, int64_t, int64_t, int64_t, const float*, float*, int64_t);
constexpr Multiply kMultiply[] = {multiplyRows<1>, multiplyRows<2>, multiplyRows<3>, multiplyRows<4>,
                                  multiplyRows<5>, multiplyRows<6>, multiplyRows<7>, multiplyRows<8>};

void multiply(Code4 code, Element rounding, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t k, int64_t begin, int64_t end, const float* x, int64_t count,
              float* y, int64_t stride) {
  kMultiply[count - 1](code, rounding, packed, absmax, blocksize, k, begin, end, x, y, stride);
}

}  // namespace

const Gemv4& gemv4() {
  static const Gemv4 table{kRows, split, multiply};
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
