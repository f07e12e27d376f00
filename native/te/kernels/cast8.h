// FP8 codes (Micikevicius et al. 2022, "FP8 Formats for Deep Learning"): to and from float numbers. Plain pointers and counts; callers divide the
// work among threads.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"

namespace fabric::te {

/// E4M3 has no infinities; E5M2 has those of IEEE 754.
enum class Fp8 { E4M3 = 0, E5M2 = 1 };

/// The largest finite value.
constexpr float maxOf(Fp8 format) { return format == Fp8::E4M3 ? 448.0f : 57344.0f; }

struct Cast8 {
  /// dst[i] = x[i] * scale, rounded once to float32 and once, to nearest even, to 8 bits; beyond the largest finite value that value, NaN stays NaN.
  /// Returns the largest magnitude of `x` itself; NaNs do not count.
  float (*encode)(Fp8 format, Element element, const void* src, int64_t n, float scale, uint8_t* dst);
  /// The same, with stores that pass by the caches: for more codes than they hold.
  float (*encodeStreamed)(Fp8 format, Element element, const void* src, int64_t n, float scale, uint8_t* dst);
  /// Largest magnitude; NaNs do not count.
  float (*amax)(Element element, const void* src, int64_t n);
  /// dst[i] = value of the code * scale: rounded once to float32, once to `element`.
  void (*decode)(Fp8 format, const uint8_t* src, int64_t n, float scale, Element element, void* dst);
  /// dst[i] = value of the code as bfloat16, which holds every one of them.
  void (*widen)(Fp8 format, const uint8_t* src, int64_t n, uint16_t* dst);
  /// dst[i] = src[i] * scale + bias[i], each rounded to float32, the result to `element`. `bias` may be null; `dst` may be `src`.
  void (*finish)(const float* src, float scale, const float* bias, int64_t n, Element element, void* dst);
};

const Cast8& cast8();

/// dst[c * rowsOut + r] = src[r * stride + c] for `rows` rows of `cols` bytes, `stride` apart; `rowsOut` >= `rows` is the length of a row of `dst`.
void transpose8(const uint8_t* src, int64_t stride, int64_t rows, int64_t cols, uint8_t* dst, int64_t rowsOut);

/// The same for pairs of bytes: `cols` and `rowsOut` count pairs, `stride` bytes; `rows` and `cols` are multiples of 8.
void transposePairs8(const uint8_t* src, int64_t stride, int64_t rows, int64_t cols, uint8_t* dst, int64_t rowsOut);

/// dst[2 i] = even[i], dst[2 i + 1] = odd[i].
void interleave8(const uint8_t* even, const uint8_t* odd, int64_t n, uint8_t* dst);

}  // namespace fabric::te
