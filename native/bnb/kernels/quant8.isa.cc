// 8-bit codes, once an instruction set.
#include "quant8.h"

#include <algorithm>

#include "block.h"
#include "encode8.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

/// Elements [i, i + n) in float32: where they are, or widened.
const float* wideAt(Element element, const void* src, int64_t i, int64_t n, float* wide) {
  if (element == Element::Float32) return static_cast<const float*>(src) + i;
  widenRun(element, static_cast<const char*>(src) + i * sizeOf(element), wide, n);
  return wide;
}

void quantize(const Encoder8& encoder, Element element, const void* src, int64_t blocksize, int64_t begin, int64_t end, float* absmax, uint8_t* codes) {
  alignas(64) float wide[kMaxBlock];
  for (int64_t first = begin; first < end; first += blocksize) {
    const int64_t last = std::min(first + blocksize, end);
    float most = 0;
    for (int64_t i = first; i < last; i += kMaxBlock) {
      const int64_t n = std::min(kMaxBlock, last - i);
      most = std::max(most, absmaxOf(wideAt(element, src, i, n, wide), n));
    }
    absmax[first / blocksize] = most;
    const Scale scale(most);
    for (int64_t i = first; i < last; i += kMaxBlock) {
      const int64_t n = std::min(kMaxBlock, last - i);
      const float* x = wideAt(element, src, i, n, wide);
      if (!scale.divides) encode8Run(encoder, x, n, scale.inverse, codes + i);
      else
        for (int64_t j = 0; j < n; ++j) codes[i + j] = encode8One(encoder, scale(x[j]));
    }
  }
}

inline void decodeRun(const float* values, const uint8_t* codes, float absmax, int64_t n, float* dst) {
  int64_t i = 0;
#if defined(FABRIC_ISA_AVX512)
  const __m512 scale = _mm512_set1_ps(absmax);
  for (; i + 16 <= n; i += 16) {
    const __m512i index = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i)));
    _mm512_storeu_ps(dst + i, _mm512_mul_ps(lookup256(values, index), scale));
  }
#elif defined(FABRIC_ISA_AVX2)
  const __m256 scale = _mm256_set1_ps(absmax);
  for (; i + 8 <= n; i += 8) {
    const __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + i)));
    _mm256_storeu_ps(dst + i, _mm256_mul_ps(_mm256_i32gather_ps(values, index, 4), scale));
  }
#endif
  for (; i < n; ++i) dst[i] = values[codes[i]] * absmax;
}

void dequantize(const float* values, Element element, const uint8_t* codes, const float* absmax, int64_t blocksize, int64_t begin, int64_t end, void* dst) {
  alignas(64) float wide[kMaxBlock];
  for (int64_t i = begin; i < end;) {
    const int64_t n = std::min({kMaxBlock, blocksize - i % blocksize, end - i});
    const bool inPlace = element == Element::Float32;
    decodeRun(values, codes + i, absmax[i / blocksize], n, inPlace ? static_cast<float*>(dst) + i : wide);
    if (!inPlace) narrowRun(element, wide, static_cast<char*>(dst) + i * sizeOf(element), n);
    i += n;
  }
}

}  // namespace

const Quant8& quant8() {
  static const Quant8 table{quantize, dequantize};
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
