// 4-bit codes, once an instruction set.
#include "quant4.h"

#include <algorithm>
#include <cmath>

#include "block.h"
#include "../../common/kernels/convert.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

/// Results of at least this many bytes go past the caches.
constexpr int64_t kStreamBytes = 4 << 20;

/// NF4: the code is the number of thresholds below the value, so that a value on one takes the lower code. They are the float32 midpoints, in
/// hexadecimal because two of them lie between two floats, where decimal digits would round to the other one.
alignas(64) constexpr float kNf4Thresholds[16] = {-0x1.b239bp-1f, -0x1.38a4ep-1f, -0x1.d709p-2f, -0x1.5bd4ecp-2f, -0x1.e079d8p-3f, -0x1.1a7178p-3f, -0x1.74f0e2p-5f, 0x1.45f5fep-5f,
                                                 0x1.ec90c4p-4f, 0x1.a0cfcp-3f, 0x1.2b05a8p-2f, 0x1.8ea7f2p-2f, 0x1.00da08p-1f, 0x1.491b5ep-1f, 0x1.b913b4p-1f, INFINITY};
/// FP4: the same on the magnitude, with the literals of the CUDA reference, which are not all midpoints.
constexpr float kFp4Thresholds[7] = {0.00260417f, 0.0859375f, 0.20833333f, 0.29166667f, 0.4166667f, 0.583333f, 0.8333333f};
/// Magnitude bits by rank.
alignas(32) constexpr int32_t kFp4Ranks[8] = {0, 1, 6, 7, 4, 5, 2, 3};

inline uint8_t encodeOne(Code4 code, float y) {
  int count = 0;
  if (code == Code4::Nf4) {
    for (int i = 0; i < 15; ++i) count += y > kNf4Thresholds[i];
    return static_cast<uint8_t>(count);
  }
  const float magnitude = std::fabs(y);
  for (const float threshold : kFp4Thresholds) count += magnitude > threshold;
  return static_cast<uint8_t>(kFp4Ranks[count] | (y < 0 ? 8 : 0));
}

#if defined(FABRIC_ISA_AVX512)

inline __m512i encodeNf4(__m512 y) {
  const __m512 thresholds = _mm512_load_ps(kNf4Thresholds);
  __m512i code = _mm512_setzero_si512();
  for (const int step : {8, 4, 2, 1}) {
    const __m512i probe = _mm512_add_epi32(code, _mm512_set1_epi32(step - 1));
    const __mmask16 above = _mm512_cmp_ps_mask(y, _mm512_permutexvar_ps(probe, thresholds), _CMP_GT_OQ);
    code = _mm512_mask_add_epi32(code, above, code, _mm512_set1_epi32(step));
  }
  return code;
}

inline __m512i encodeFp4(__m512 y) {
  const __m512 magnitude = _mm512_abs_ps(y);
  __m512i rank = _mm512_setzero_si512();
  for (const float threshold : kFp4Thresholds)
    rank = _mm512_mask_add_epi32(rank, _mm512_cmp_ps_mask(magnitude, _mm512_set1_ps(threshold), _CMP_GT_OQ), rank, _mm512_set1_epi32(1));
  const __m512i bits = _mm512_permutexvar_epi32(rank, _mm512_castsi256_si512(_mm256_load_si256(reinterpret_cast<const __m256i*>(kFp4Ranks))));
  return _mm512_mask_or_epi32(bits, _mm512_cmp_ps_mask(y, _mm512_setzero_ps(), _CMP_LT_OQ), bits, _mm512_set1_epi32(8));
}

/// Packs from `i` on while whole vectors remain; returns where it stopped.
template <Code4 code>
inline int64_t packRun(const float* x, int64_t n, float inverse, uint8_t* packed) {
  const __m512 scale = _mm512_set1_ps(inverse);
  const __m128i weights = _mm_set1_epi16(0x0110);  // the even element times 16, the odd one times 1
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m512 y = _mm512_mul_ps(_mm512_loadu_ps(x + i), scale);
    const __m128i codes = _mm512_cvtepi32_epi8(code == Code4::Nf4 ? encodeNf4(y) : encodeFp4(y));
    const __m128i pairs = _mm_maddubs_epi16(codes, weights);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(packed + i / 2), _mm_packus_epi16(pairs, pairs));
  }
  return i;
}

inline int64_t unpackRun(const float* table, const uint8_t* packed, float absmax, int64_t n, float* dst, bool stream) {
  const __m512 values = _mm512_loadu_ps(table), scale = _mm512_set1_ps(absmax);
  const __m128i low = _mm_set1_epi8(0x0f);
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(packed + i / 2));
    const __m128i codes = _mm_unpacklo_epi8(_mm_and_si128(_mm_srli_epi16(bytes, 4), low), _mm_and_si128(bytes, low));
    const __m512 y = _mm512_mul_ps(_mm512_permutexvar_ps(_mm512_cvtepu8_epi32(codes), values), scale);
    if (stream) _mm512_stream_ps(dst + i, y);
    else _mm512_storeu_ps(dst + i, y);
  }
  return i;
}

constexpr uintptr_t kStreamAlign = 64;

#elif defined(FABRIC_ISA_AVX2)

inline __m256 abs(__m256 x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }

/// Binary search: the first two thresholds are picked by blends, the rest out of eight-entry tables.
inline __m256i encodeNf4(__m256 y) {
  const float* t = kNf4Thresholds;
  const __m256 thirds = _mm256_setr_ps(t[1], t[5], t[9], t[13], t[1], t[5], t[9], t[13]);
  const __m256 lasts = _mm256_setr_ps(t[0], t[2], t[4], t[6], t[8], t[10], t[12], t[14]);
  const __m256 first = _mm256_cmp_ps(y, _mm256_set1_ps(t[7]), _CMP_GT_OQ);
  const __m256 second = _mm256_cmp_ps(y, _mm256_blendv_ps(_mm256_set1_ps(t[3]), _mm256_set1_ps(t[11]), first), _CMP_GT_OQ);
  __m256i code = _mm256_sub_epi32(_mm256_slli_epi32(_mm256_srli_epi32(_mm256_castps_si256(first), 31), 1), _mm256_castps_si256(second));
  const __m256 third = _mm256_cmp_ps(y, _mm256_permutevar8x32_ps(thirds, code), _CMP_GT_OQ);
  code = _mm256_sub_epi32(_mm256_add_epi32(code, code), _mm256_castps_si256(third));
  const __m256 last = _mm256_cmp_ps(y, _mm256_permutevar8x32_ps(lasts, code), _CMP_GT_OQ);
  return _mm256_sub_epi32(_mm256_add_epi32(code, code), _mm256_castps_si256(last));
}

inline __m256i encodeFp4(__m256 y) {
  const __m256 magnitude = abs(y);
  __m256i rank = _mm256_setzero_si256();
  for (const float threshold : kFp4Thresholds)
    rank = _mm256_sub_epi32(rank, _mm256_castps_si256(_mm256_cmp_ps(magnitude, _mm256_set1_ps(threshold), _CMP_GT_OQ)));
  const __m256i bits = _mm256_permutevar8x32_epi32(_mm256_load_si256(reinterpret_cast<const __m256i*>(kFp4Ranks)), rank);
  const __m256 negative = _mm256_cmp_ps(y, _mm256_setzero_ps(), _CMP_LT_OQ);
  return _mm256_or_si256(bits, _mm256_and_si256(_mm256_castps_si256(negative), _mm256_set1_epi32(8)));
}

template <Code4 code>
inline int64_t packRun(const float* x, int64_t n, float inverse, uint8_t* packed) {
  const __m256 scale = _mm256_set1_ps(inverse);
  const __m256i weights = _mm256_set1_epi16(0x0110);  // the even element times 16, the odd one times 1
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  int64_t i = 0;
  for (; i + 32 <= n; i += 32) {
    __m256i codes[4];
    for (int j = 0; j < 4; ++j) {
      const __m256 y = _mm256_mul_ps(_mm256_loadu_ps(x + i + 8 * j), scale);
      codes[j] = code == Code4::Nf4 ? encodeNf4(y) : encodeFp4(y);
    }
    const __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(codes[0], codes[1]), _mm256_packs_epi32(codes[2], codes[3]));
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_permutevar8x32_epi32(bytes, order), weights);
    const __m128i both = _mm_packus_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(packed + i / 2), both);
  }
  return i;
}

inline __m256 decode(__m256 low, __m256 high, __m256i codes) {
  const __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(codes, 28));  // bit 3 becomes the sign, which blendv reads
  return _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, codes), _mm256_permutevar8x32_ps(high, codes), upper);
}

inline int64_t unpackRun(const float* table, const uint8_t* packed, float absmax, int64_t n, float* dst, bool stream) {
  const __m256 low = _mm256_loadu_ps(table), high = _mm256_loadu_ps(table + 8), scale = _mm256_set1_ps(absmax);
  const __m128i nibble = _mm_set1_epi8(0x0f);
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(packed + i / 2));
    const __m128i codes = _mm_unpacklo_epi8(_mm_and_si128(_mm_srli_epi16(bytes, 4), nibble), _mm_and_si128(bytes, nibble));
    const __m256 a = _mm256_mul_ps(decode(low, high, _mm256_cvtepu8_epi32(codes)), scale);
    const __m256 b = _mm256_mul_ps(decode(low, high, _mm256_cvtepu8_epi32(_mm_srli_si128(codes, 8))), scale);
    if (stream) {
      _mm256_stream_ps(dst + i, a);
      _mm256_stream_ps(dst + i + 8, b);
    } else {
      _mm256_storeu_ps(dst + i, a);
      _mm256_storeu_ps(dst + i + 8, b);
    }
  }
  return i;
}

constexpr uintptr_t kStreamAlign = 32;

#else

template <Code4 code>
inline int64_t packRun(const float*, int64_t, float, uint8_t*) { return 0; }
inline int64_t unpackRun(const float*, const uint8_t*, float, int64_t, float*, bool) { return 0; }
constexpr uintptr_t kStreamAlign = 1;

#endif

template <Code4 code>
void quantizeBlock(const float* x, int64_t n, float absmax, uint8_t* packed) {
  const Scale scale(absmax);
  int64_t i = scale.divides ? 0 : packRun<code>(x, n, scale.inverse, packed);
  for (; i < n; i += 2) {
    const uint8_t high = encodeOne(code, scale(x[i])), low = encodeOne(code, i + 1 < n ? scale(x[i + 1]) : 0.0f);
    packed[i / 2] = static_cast<uint8_t>(high << 4 | low);
  }
}

void quantize(Code4 code, Element element, const void* src, int64_t blocksize, int64_t begin, int64_t end, float* absmax, uint8_t* packed) {
  alignas(64) float wide[kMaxBlock];
  for (int64_t i = begin; i < end; i += blocksize) {
    const int64_t n = std::min(blocksize, end - i);
    const float* x = static_cast<const float*>(src) + i;
    if (element != Element::Float32) {
      widenRun(element, static_cast<const char*>(src) + i * sizeOf(element), wide, n);
      x = wide;
    }
    const float most = absmaxOf(x, n);
    absmax[i / blocksize] = most;
    if (code == Code4::Nf4) quantizeBlock<Code4::Nf4>(x, n, most, packed + i / 2);
    else quantizeBlock<Code4::Fp4>(x, n, most, packed + i / 2);
  }
}

void dequantize(Code4 code, Element element, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t begin, int64_t end, void* dst) {
  const float* table = code4Table(code);
  alignas(64) float wide[kMaxBlock];
  const bool inPlace = element == Element::Float32;
  const bool large = inPlace && (end - begin) * 4 >= kStreamBytes;
  for (int64_t i = begin; i < end;) {
    // A range may begin with the low half of a byte: that element goes alone.
    const int64_t n = i % 2 == 1 ? 1 : std::min(blocksize - i % blocksize, end - i);
    float* to = inPlace ? static_cast<float*>(dst) + i : wide;
    const float scale = absmax[i / blocksize];
    const bool stream = large && reinterpret_cast<uintptr_t>(to) % kStreamAlign == 0;
    for (int64_t j = i % 2 == 1 ? 0 : unpackRun(table, packed + i / 2, scale, n, to, stream); j < n; ++j) {
      const uint8_t byte = packed[(i + j) / 2];
      to[j] = table[(i + j) % 2 == 0 ? byte >> 4 : byte & 0x0f] * scale;
    }
    if (!inPlace) narrowRun(element, wide, static_cast<char*>(dst) + i * sizeOf(element), n);
    i += n;
  }
#ifdef FABRIC_X86
  if (large) _mm_sfence();
#endif
}

}  // namespace

const Quant4& quant4() {
  static const Quant4 table{quantize, dequantize};
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
