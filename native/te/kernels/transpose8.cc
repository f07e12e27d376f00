// Bytes transposed, 16 x 16 at a time.
#include <algorithm>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "cast8.h"

namespace fabric::te {
namespace {

constexpr int64_t kTile = 16;

#ifdef __SSE2__

/// Four rounds that interleave rows eight apart: row i of the result is column i of the tile.
void tile16(const uint8_t* src, int64_t cols, uint8_t* dst, int64_t rowsOut) {
  __m128i rows[kTile], next[kTile];
  for (int64_t i = 0; i < kTile; ++i) rows[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(src + i * cols));
  for (int round = 0; round < 4; ++round) {
    for (int64_t i = 0; i < kTile / 2; ++i) {
      next[2 * i] = _mm_unpacklo_epi8(rows[i], rows[i + kTile / 2]);
      next[2 * i + 1] = _mm_unpackhi_epi8(rows[i], rows[i + kTile / 2]);
    }
    std::copy(next, next + kTile, rows);
  }
  for (int64_t i = 0; i < kTile; ++i) _mm_storeu_si128(reinterpret_cast<__m128i*>(dst + i * rowsOut), rows[i]);
}

#else

void tile16(const uint8_t* src, int64_t cols, uint8_t* dst, int64_t rowsOut) {
  for (int64_t r = 0; r < kTile; ++r)
    for (int64_t c = 0; c < kTile; ++c) dst[c * rowsOut + r] = src[r * cols + c];
}

#endif

}  // namespace

void transpose8(const uint8_t* src, int64_t rows, int64_t cols, uint8_t* dst, int64_t rowsOut) {
  for (int64_t r = 0; r < rows; r += kTile)
    for (int64_t c = 0; c < cols; c += kTile) {
      if (r + kTile <= rows && c + kTile <= cols) {
        tile16(src + r * cols + c, cols, dst + c * rowsOut + r, rowsOut);
        continue;
      }
      for (int64_t i = r; i < std::min(rows, r + kTile); ++i)
        for (int64_t j = c; j < std::min(cols, c + kTile); ++j) dst[j * rowsOut + i] = src[i * cols + j];
    }
}

}  // namespace fabric::te
