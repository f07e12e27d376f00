// FP8 codes, once an instruction set.
#include "cast8.h"

#include <algorithm>
#include <cmath>

#include "../../common/kernels/convert.h"

namespace fabric::te::FABRIC_ISA {
namespace {

/// What rounding to a format takes, with `m` bits of mantissa and exponents from -bias: see `encodeOne`.
template <Fp8 format>
struct Rounding {
  static constexpr int m = format == Fp8::E4M3 ? 3 : 2;
  static constexpr int bias = format == Fp8::E4M3 ? 7 : 15;
  /// Bits of a float32's mantissa that go.
  static constexpr int cut = 23 - m;
  static constexpr uint32_t half = (1u << (cut - 1)) - 1;
  /// Exponents are counted from another zero.
  static constexpr uint32_t shift = static_cast<uint32_t>(127 - bias) << m;
  static constexpr float largest = maxOf(format);
  /// Below it results are multiples of one step; adding `magic` to such a value rounds it to that step.
  static constexpr float smallestNormal = format == Fp8::E4M3 ? 0x1p-6f : 0x1p-14f;
  static constexpr float magic = format == Fp8::E4M3 ? 16384.0f : 128.0f;
  static constexpr uint32_t magicBits = format == Fp8::E4M3 ? 0x46800000u : 0x43000000u;
};

template <Fp8 format>
inline uint8_t encodeOne(float y) {
  using R = Rounding<format>;
  const uint32_t bits = bitsOf(y), sign = (bits >> 24) & 0x80u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<uint8_t>(sign | 0x7fu);
  const float a = std::min(floatOf(magnitude), R::largest);
  const uint32_t b = bitsOf(a);
  const uint32_t code = a < R::smallestNormal ? bitsOf(a + R::magic) - R::magicBits : ((b + R::half + ((b >> R::cut) & 1)) >> R::cut) - R::shift;
  return static_cast<uint8_t>(sign | code);
}

inline float loadOne(Element element, const void* src, int64_t i) {
  if (element == Element::Float32) return static_cast<const float*>(src)[i];
  const uint16_t half = static_cast<const uint16_t*>(src)[i];
  return element == Element::BFloat16 ? widenBf16(half) : widenF16(half);
}

/// The value of an E4M3 code is 2^8 times that of the float16 with its bits in the middle; an E5M2 code is the upper half of a float16.
template <Fp8 format>
inline float decodeOne(uint8_t code) {
  if (format == Fp8::E5M2) return widenF16(static_cast<uint16_t>(code << 8));
  const uint32_t sign = static_cast<uint32_t>(code & 0x80u) << 24;
  if ((code & 0x7fu) == 0x7fu) return floatOf(sign | 0x7fc00000u);
  return widenF16(static_cast<uint16_t>((code & 0x80u) << 8 | (code & 0x7fu) << 7)) * 256.0f;
}

#if defined(FABRIC_ISA_AVX512)

using Vector = __m512;
constexpr int64_t kLanes = 16;

template <Element element>
inline Vector load(const void* src, int64_t i) {
  if (element == Element::Float32) return _mm512_loadu_ps(static_cast<const float*>(src) + i);
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(static_cast<const uint16_t*>(src) + i));
  return element == Element::BFloat16 ? _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16)) : _mm512_cvtph_ps(halves);
}
inline Vector splat(float x) { return _mm512_set1_ps(x); }
inline Vector times(Vector x, Vector y) { return _mm512_mul_ps(x, y); }
/// A NaN in `x` gives way to `most`.
inline Vector grow(Vector most, Vector x) { return _mm512_max_ps(_mm512_abs_ps(x), most); }
inline float largestOf(Vector x) { return _mm512_reduce_max_ps(x); }

template <Fp8 format, bool streamed>
inline void store8(Vector y, uint8_t* dst) {
  using R = Rounding<format>;
  // In this order a NaN stays one, and its code is so large that it saturates to 0x7f.
  const __m512 a = _mm512_min_ps(splat(R::largest), _mm512_abs_ps(y));
  const __m512i b = _mm512_castps_si512(a);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(b, R::cut), _mm512_set1_epi32(1));
  __m512i code = _mm512_srli_epi32(_mm512_add_epi32(b, _mm512_add_epi32(odd, _mm512_set1_epi32(static_cast<int>(R::half - (R::shift << R::cut))))), R::cut);
  const __m512i small = _mm512_sub_epi32(_mm512_castps_si512(_mm512_add_ps(a, splat(R::magic))), _mm512_set1_epi32(R::magicBits));
  code = _mm512_mask_mov_epi32(code, _mm512_cmp_ps_mask(a, splat(R::smallestNormal), _CMP_LT_OQ), small);
  const __m128i magnitude = _mm512_cvtsepi32_epi8(code);
  const __m128i codes = _mm_mask_add_epi8(magnitude, _mm512_movepi32_mask(_mm512_castps_si512(y)), magnitude, _mm_set1_epi8(static_cast<char>(0x80)));
  if (streamed) _mm_stream_si128(reinterpret_cast<__m128i*>(dst), codes);
  else _mm_storeu_si128(reinterpret_cast<__m128i*>(dst), codes);
}

template <Fp8 format>
inline Vector load8(const uint8_t* src) {
  const __m256i codes = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(src)));
  if (format == Fp8::E5M2) return _mm512_cvtph_ps(_mm256_slli_epi16(codes, 8));
  const __m256i sign = _mm256_slli_epi16(_mm256_and_si256(codes, _mm256_set1_epi16(0x80)), 8), low = _mm256_and_si256(codes, _mm256_set1_epi16(0x7f));
  const __m512 value = times(_mm512_cvtph_ps(_mm256_or_si256(sign, _mm256_slli_epi16(low, 7))), splat(256.0f));
  const __mmask16 isNan = _mm256_cmpeq_epi16_mask(low, _mm256_set1_epi16(0x7f));
  return _mm512_castsi512_ps(_mm512_mask_or_epi32(_mm512_castps_si512(value), isNan, _mm512_slli_epi32(_mm512_cvtepu16_epi32(sign), 16), _mm512_set1_epi32(0x7fc00000)));
}

template <Element element>
inline void store(Vector y, void* dst, int64_t i) {
  if (element == Element::Float32) {
    _mm512_storeu_ps(static_cast<float*>(dst) + i, y);
    return;
  }
  uint16_t* to = static_cast<uint16_t*>(dst) + i;
  if (element == Element::Float16) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtps_ph(y, _MM_FROUND_TO_NEAREST_INT));
    return;
  }
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), narrowBf16x8(_mm512_castps512_ps256(y)));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 8), narrowBf16x8(_mm512_extractf32x8_ps(y, 1)));
}

#elif defined(FABRIC_ISA_AVX2)

using Vector = __m256;
constexpr int64_t kLanes = 8;

template <Element element>
inline Vector load(const void* src, int64_t i) {
  if (element == Element::Float32) return _mm256_loadu_ps(static_cast<const float*>(src) + i);
  const uint16_t* from = static_cast<const uint16_t*>(src) + i;
  return element == Element::BFloat16 ? widenBf16x8(from) : _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
inline Vector splat(float x) { return _mm256_set1_ps(x); }
inline Vector times(Vector x, Vector y) { return _mm256_mul_ps(x, y); }
inline Vector absolute(Vector x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }
/// A NaN in `x` gives way to `most`.
inline Vector grow(Vector most, Vector x) { return _mm256_max_ps(absolute(x), most); }
inline float largestOf(Vector x) {
  float lanes[8];
  _mm256_storeu_ps(lanes, x);
  return *std::max_element(lanes, lanes + 8);
}

template <Fp8 format, bool streamed>
inline void store8(Vector y, uint8_t* dst) {
  using R = Rounding<format>;
  const __m256i sign = _mm256_and_si256(_mm256_srli_epi32(_mm256_castps_si256(y), 24), _mm256_set1_epi32(0x80));
  const __m256 a = _mm256_min_ps(absolute(y), splat(R::largest));
  const __m256i b = _mm256_castps_si256(a);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(b, R::cut), _mm256_set1_epi32(1));
  __m256i code = _mm256_srli_epi32(_mm256_add_epi32(b, _mm256_add_epi32(odd, _mm256_set1_epi32(R::half))), R::cut);
  code = _mm256_sub_epi32(code, _mm256_set1_epi32(R::shift));
  const __m256i small = _mm256_sub_epi32(_mm256_castps_si256(_mm256_add_ps(a, splat(R::magic))), _mm256_set1_epi32(R::magicBits));
  code = _mm256_blendv_epi8(code, small, _mm256_castps_si256(_mm256_cmp_ps(a, splat(R::smallestNormal), _CMP_LT_OQ)));
  code = _mm256_blendv_epi8(code, _mm256_set1_epi32(0x7f), _mm256_castps_si256(_mm256_cmp_ps(y, y, _CMP_UNORD_Q)));
  code = _mm256_or_si256(code, sign);
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1));
  const __m128i codes = _mm_packus_epi16(words, words);
  if (streamed) _mm_stream_si64(reinterpret_cast<long long*>(dst), _mm_cvtsi128_si64(codes));
  else _mm_storel_epi64(reinterpret_cast<__m128i*>(dst), codes);
}

template <Fp8 format>
inline Vector load8(const uint8_t* src) {
  const __m128i codes = _mm_cvtepu8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(src)));
  if (format == Fp8::E5M2) return _mm256_cvtph_ps(_mm_slli_epi16(codes, 8));
  const __m128i sign = _mm_slli_epi16(_mm_and_si128(codes, _mm_set1_epi16(0x80)), 8), low = _mm_and_si128(codes, _mm_set1_epi16(0x7f));
  const __m256 value = times(_mm256_cvtph_ps(_mm_or_si128(sign, _mm_slli_epi16(low, 7))), splat(256.0f));
  const __m256i isNan = _mm256_cvtepi16_epi32(_mm_cmpeq_epi16(low, _mm_set1_epi16(0x7f)));
  const __m256i nan = _mm256_or_si256(_mm256_slli_epi32(_mm256_cvtepu16_epi32(sign), 16), _mm256_set1_epi32(0x7fc00000));
  return _mm256_castsi256_ps(_mm256_blendv_epi8(_mm256_castps_si256(value), nan, isNan));
}

template <Element element>
inline void store(Vector y, void* dst, int64_t i) {
  if (element == Element::Float32) {
    _mm256_storeu_ps(static_cast<float*>(dst) + i, y);
    return;
  }
  const __m128i halves = element == Element::Float16 ? _mm256_cvtps_ph(y, _MM_FROUND_TO_NEAREST_INT) : narrowBf16x8(y);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(static_cast<uint16_t*>(dst) + i), halves);
}

#else

/// One lane: the same loops without vectors.
using Vector = float;
constexpr int64_t kLanes = 1;

template <Element element>
inline Vector load(const void* src, int64_t i) { return loadOne(element, src, i); }
inline Vector splat(float x) { return x; }
inline Vector times(Vector x, Vector y) { return x * y; }
inline Vector grow(Vector most, Vector x) { return std::fabs(x) > most ? std::fabs(x) : most; }
inline float largestOf(Vector x) { return x; }
template <Fp8 format, bool streamed>
inline void store8(Vector y, uint8_t* dst) { *dst = encodeOne<format>(y); }
template <Fp8 format>
inline Vector load8(const uint8_t* src) { return decodeOne<format>(*src); }
template <Element element>
inline void store(Vector y, void* dst, int64_t i) { narrowRun(element, &y, static_cast<char*>(dst) + i * sizeOf(element), 1); }

#endif

template <Element element>
float amaxRun(const void* src, int64_t n) {
  Vector most = splat(0.0f), other = most;
  int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    most = grow(most, load<element>(src, i));
    other = grow(other, load<element>(src, i + kLanes));
  }
  float all = std::max(largestOf(most), largestOf(other));
  for (; i < n; ++i) {
    const float a = std::fabs(loadOne(element, src, i));
    all = a > all ? a : all;
  }
  return all;
}

template <Fp8 format, Element element, bool streamed>
float encodeRun(const void* src, int64_t n, float scale, uint8_t* dst) {
  const Vector factor = splat(scale);
  Vector most = splat(0.0f), other = most;
  float all = 0;
  int64_t i = 0;
  const auto one = [&] {
    const float x = loadOne(element, src, i), a = std::fabs(x);
    all = a > all ? a : all;
    dst[i++] = encodeOne<format>(x * scale);
  };
  // Stores past the caches want whole vectors.
  while (streamed && i < n && reinterpret_cast<uintptr_t>(dst + i) % kLanes != 0) one();
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    const Vector x = load<element>(src, i), y = load<element>(src, i + kLanes);
    most = grow(most, x);
    other = grow(other, y);
    store8<format, streamed>(times(x, factor), dst + i);
    store8<format, streamed>(times(y, factor), dst + i + kLanes);
  }
  while (i < n) one();
#ifdef FABRIC_X86
  if (streamed) _mm_sfence();
#endif
  return std::max(all, std::max(largestOf(most), largestOf(other)));
}

template <Fp8 format, Element element>
void decodeRun(const uint8_t* src, int64_t n, float scale, void* dst) {
  const Vector factor = splat(scale);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store<element>(times(load8<format>(src + i), factor), dst, i);
  for (; i < n; ++i) {
    const float y = decodeOne<format>(src[i]) * scale;
    narrowRun(element, &y, static_cast<char*>(dst) + i * sizeOf(element), 1);
  }
}

/// Values of the 128 codes without a sign, as bfloat16.
template <Fp8 format>
struct Values {
  alignas(64) uint16_t of[128];
  Values() {
    for (int code = 0; code < 128; ++code) of[code] = static_cast<uint16_t>(bitsOf(decodeOne<format>(static_cast<uint8_t>(code))) >> 16);
  }
};

template <Fp8 format>
void widenRun8(const uint8_t* src, int64_t n, uint16_t* dst) {
  static const Values<format> values;
  int64_t i = 0;
#if defined(FABRIC_ISA_AVX512)
  // A permutation of two registers looks up 64 of them.
  const __m512i* table = reinterpret_cast<const __m512i*>(values.of);
  const __m512i bit6 = _mm512_set1_epi16(0x40), bit7 = _mm512_set1_epi16(0x80);
  const __m512i t0 = table[0], t1 = table[1], t2 = table[2], t3 = table[3];
  for (; i + 32 <= n; i += 32) {
    const __m512i code = _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(src + i)));
    const __m512i low = _mm512_permutex2var_epi16(t0, code, t1), high = _mm512_permutex2var_epi16(t2, code, t3);
    const __m512i magnitude = _mm512_mask_mov_epi16(low, _mm512_test_epi16_mask(code, bit6), high);
    _mm512_storeu_si512(dst + i, _mm512_or_si512(magnitude, _mm512_slli_epi16(_mm512_and_si512(code, bit7), 8)));
  }
#endif
  for (; i < n; ++i) dst[i] = static_cast<uint16_t>(values.of[src[i] & 0x7f] | (src[i] & 0x80) << 8);
}

template <Element element>
void finishRun(const float* src, float scale, const float* bias, int64_t n, void* dst) {
  for (int64_t i = 0; i < n; ++i) {
    const float scaled = src[i] * scale, y = bias == nullptr ? scaled : scaled + bias[i];
    if (element == Element::Float32) static_cast<float*>(dst)[i] = y;
    else static_cast<uint16_t*>(dst)[i] = element == Element::BFloat16 ? narrowBf16(y) : narrowF16(y);
  }
}

/// Calls `fn` with the element type as a constant.
template <typename F>
inline auto withElement(Element element, F&& fn) {
  switch (element) {
    case Element::Float16: return fn(std::integral_constant<Element, Element::Float16>());
    case Element::BFloat16: return fn(std::integral_constant<Element, Element::BFloat16>());
    default: return fn(std::integral_constant<Element, Element::Float32>());
  }
}

template <bool streamed>
float encodeWith(Fp8 format, Element element, const void* src, int64_t n, float scale, uint8_t* dst) {
  return withElement(element, [&](auto e) {
    return format == Fp8::E4M3 ? encodeRun<Fp8::E4M3, e(), streamed>(src, n, scale, dst) : encodeRun<Fp8::E5M2, e(), streamed>(src, n, scale, dst);
  });
}

float encode(Fp8 format, Element element, const void* src, int64_t n, float scale, uint8_t* dst) { return encodeWith<false>(format, element, src, n, scale, dst); }

float encodeStreamed(Fp8 format, Element element, const void* src, int64_t n, float scale, uint8_t* dst) {
  return encodeWith<true>(format, element, src, n, scale, dst);
}

float amax(Element element, const void* src, int64_t n) {
  return withElement(element, [&](auto e) { return amaxRun<e()>(src, n); });
}

void decode(Fp8 format, const uint8_t* src, int64_t n, float scale, Element element, void* dst) {
  withElement(element, [&](auto e) {
    if (format == Fp8::E4M3) decodeRun<Fp8::E4M3, e()>(src, n, scale, dst);
    else decodeRun<Fp8::E5M2, e()>(src, n, scale, dst);
  });
}

void widen(Fp8 format, const uint8_t* src, int64_t n, uint16_t* dst) { format == Fp8::E4M3 ? widenRun8<Fp8::E4M3>(src, n, dst) : widenRun8<Fp8::E5M2>(src, n, dst); }

void finish(const float* src, float scale, const float* bias, int64_t n, Element element, void* dst) {
  withElement(element, [&](auto e) { finishRun<e()>(src, scale, bias, n, dst); });
}

}  // namespace

const Cast8& cast8() {
  static const Cast8 table = {encode, encodeStreamed, amax, decode, widen, finish};
  return table;
}

}  // namespace fabric::te::FABRIC_ISA
