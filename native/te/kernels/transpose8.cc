// Bytes and pairs of bytes transposed, a tile at a time, and rows of bytes interleaved.
#include <algorithm>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "cast8.h"

namespace fabric::te {
namespace {

constexpr int64_t kTile = 16;

#ifdef __SSE2__

// Loops over registers are unrolled whole: else they would be over memory.
#define FABRIC_UNROLL _Pragma("GCC unroll 16")

/// A tile of `n` x `n` elements, n = 2^rounds: each round interleaves rows n / 2 apart, and at last row i is column i. Strides are in bytes.
template <int rounds, typename Low, typename High>
inline void turn(const uint8_t* src, int64_t stride, uint8_t* dst, int64_t strideOut, Low low, High high) {
  constexpr int64_t n = 1 << rounds;
  __m128i rows[n], next[n];
  FABRIC_UNROLL for (int64_t i = 0; i < n; ++i) rows[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(src + i * stride));
  FABRIC_UNROLL for (int round = 0; round < rounds; ++round) {
    FABRIC_UNROLL for (int64_t i = 0; i < n / 2; ++i) {
      next[2 * i] = low(rows[i], rows[i + n / 2]);
      next[2 * i + 1] = high(rows[i], rows[i + n / 2]);
    }
    FABRIC_UNROLL for (int64_t i = 0; i < n; ++i) rows[i] = next[i];
  }
  FABRIC_UNROLL for (int64_t i = 0; i < n; ++i) _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + i * strideOut), rows[i]);
}

void tile16(const uint8_t* src, int64_t stride, uint8_t* dst, int64_t rowsOut) {
  turn<4>(src, stride, dst, rowsOut, [](__m128i a, __m128i b) { return _mm_unpacklo_epi8(a, b); }, [](__m128i a, __m128i b) { return _mm_unpackhi_epi8(a, b); });
}

void pairs8(const uint8_t* src, int64_t stride, uint8_t* dst, int64_t rowsOut) {
  turn<3>(src, stride, dst, 2 * rowsOut, [](__m128i a, __m128i b) { return _mm_unpacklo_epi16(a, b); }, [](__m128i a, __m128i b) { return _mm_unpackhi_epi16(a, b); });
}

#else

void pairs8(const uint8_t* src, int64_t stride, uint8_t* dst, int64_t rowsOut) {
  constexpr int64_t n = kTile / 2;
  for (int64_t r = 0; r < n; ++r)
    for (int64_t c = 0; c < n; ++c) std::copy_n(src + r * stride + 2 * c, 2, dst + 2 * (c * rowsOut + r));
}

void tile16(const uint8_t* src, int64_t cols, uint8_t* dst, int64_t rowsOut) {
  for (int64_t r = 0; r < kTile; ++r)
    for (int64_t c = 0; c < kTile; ++c) dst[c * rowsOut + r] = src[r * cols + c];
}

#endif

}  // namespace

void transpose8(const uint8_t* src, int64_t stride, int64_t rows, int64_t cols, uint8_t* dst, int64_t rowsOut) {
  for (int64_t r = 0; r < rows; r += kTile)
    for (int64_t c = 0; c < cols; c += kTile) {
      if (r + kTile <= rows && c + kTile <= cols) {
        tile16(src + r * stride + c, stride, dst + c * rowsOut + r, rowsOut);
        continue;
      }
      for (int64_t i = r; i < std::min(rows, r + kTile); ++i)
        for (int64_t j = c; j < std::min(cols, c + kTile); ++j) dst[j * rowsOut + i] = src[i * stride + j];
    }
}

void transposePairs8(const uint8_t* src, int64_t stride, int64_t rows, int64_t cols, uint8_t* dst, int64_t rowsOut) {
  constexpr int64_t n = kTile / 2;
  for (int64_t r = 0; r < rows; r += n)
    for (int64_t c = 0; c < cols; c += n) pairs8(src + r * stride + 2 * c, stride, dst + 2 * (c * rowsOut + r), rowsOut);
}

void interleave8(const uint8_t* even, const uint8_t* odd, int64_t n, uint8_t* dst) {
  int64_t i = 0;
#ifdef __SSE2__
  for (; i + kTile <= n; i += kTile) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(even + i)), b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(odd + i));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + 2 * i), _mm_unpacklo_epi8(a, b));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + 2 * i + kTile), _mm_unpackhi_epi8(a, b));
  }
#endif
  for (; i < n; ++i) {
    dst[2 * i] = even[i];
    dst[2 * i + 1] = odd[i];
  }
}

}  // namespace fabric::te
