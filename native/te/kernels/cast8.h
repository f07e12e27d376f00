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
  /// Largest magnitude; NaNs do not count.
  float (*amax)(Element element, const void* src, int64_t n);
  /// dst[i] = value of the code * scale: rounded once to float32, once to `element`.
  void (*decode)(Fp8 format, const uint8_t* src, int64_t n, float scale, Element element, void* dst);
  /// dst[i] = src[i] * scale + bias[i], each rounded to float32, the result to `element`. `bias` may be null; `dst` may be `src`.
  void (*finish)(const float* src, float scale, const float* bias, int64_t n, Element element, void* dst);
};

const Cast8& cast8();

/// dst[c * rowsOut + r] = src[r * cols + c] for `rows` rows of `cols` bytes; `rowsOut` >= `rows` is the length of a row of `dst`.
void transpose8(const uint8_t* src, int64_t rows, int64_t cols, uint8_t* dst, int64_t rowsOut);

}  // namespace fabric::te
