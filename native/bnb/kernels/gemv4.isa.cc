// Products with a 4-bit weight, once an instruction set. The 16 values of a block are made once and then picked by code, so that each weight is
// exactly what dequantising gives.
#include "gemv4.h"

#include <algorithm>

#include "../../common/kernels/isa.h"
#include "lanes4.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

/// Rows of x that `few` decodes a weight for, and sums that it has registers for; rows that `many` multiplies together.
constexpr int kGroup = 4;
constexpr int kSums = kLanes == 16 ? 16 : 8, kTileX = 3;

/// Measured: with AVX-512 a permutation hides behind the products, so that decoding again costs less than reading what was decoded.
constexpr int64_t kAnyRows = INT64_MAX, kFewRows = kLanes == 16 ? kAnyRows : 16;
/// Measured as well: libtorch multiplies bfloat16 faster where the CPU has instructions for it, and anything faster than code without vectors.
constexpr int64_t kPanelRows = kLanes == 4 ? 48 : kAnyRows, kBf16PanelRows = 40;

/// Elements of rows of x that are widened in one piece; a multiple of 32.
constexpr int64_t kPiece = 2048;

void arrangeRow(Element element, const void* src, int64_t k, float* x) {
  alignas(64) float wide[kPiece];
  for (int64_t i = 0; i < k; i += kPiece) {
    const int64_t n = std::min(kPiece, k - i);
    const float* from = static_cast<const float*>(src) + i;
    if (element != Element::Float32) {
      widenRun(element, static_cast<const char*>(src) + i * sizeOf(element), wide, n);
      from = wide;
    }
    arrange(from, n, x + i);
  }
}

/// Calls f(i, run, block) for the runs of elements [i, i + run) of row n within [begin, end) that share a block.
template <typename F>
inline void eachRun(const Weight4& w, int64_t n, int64_t begin, int64_t end, F f) {
  const int shift = __builtin_ctzll(static_cast<unsigned long long>(w.blocksize));
  for (int64_t i = begin; i < end;) {
    const int64_t flat = n * w.k + i, run = std::min(w.blocksize - (flat & (w.blocksize - 1)), end - i);
    f(i, run, flat >> shift);
    i += run;
  }
}

/// M rows of x with R rows of the weight from n on. Of several rows, all begin with a block.
template <int M, int R>
void multiplyRows(const Weight4& w, int64_t n, const float* x, int64_t xStride, float* y, int64_t stride) {
  const float* table = code4Table(w.code);
  const int64_t blocks = w.k / w.blocksize;
  Lanes sums[M][R];
  BNB_UNROLL
  for (int m = 0; m < M; ++m)
    BNB_UNROLL
    for (int r = 0; r < R; ++r) sums[m][r] = zero();
  eachRun(w, n, 0, w.k, [&](int64_t i, int64_t run, int64_t block) {
    Values values[R];
    BNB_UNROLL
    for (int r = 0; r < R; ++r) values[r] = valuesOf(table, w.absmax[block + r * blocks], w.rounding);
    const uint8_t* bytes = w.packed + (n * w.k + i) / 2;
    for (int64_t j = 0; j < run; j += 32)
      BNB_UNROLL
      for (int r = 0; r < R; ++r) {
        Lanes decoded[kDecoded];
        decode(bytes + (r * w.k + j) / 2, values[r], decoded);
        BNB_UNROLL
        for (int v = 0; v < kDecoded; ++v)
          BNB_UNROLL
          for (int m = 0; m < M; ++m) sums[m][r] = fma(decoded[v], load(x + m * xStride + i + j + v * kLanes), sums[m][r]);
      }
  });
  for (int m = 0; m < M; ++m)
    for (int r = 0; r < R; ++r) y[m * stride + n + r] = sumOf(sums[m][r]);
}

template <int M>
void multiplyAll(const Weight4& w, int64_t begin, int64_t end, const float* x, int64_t xStride, float* y, int64_t stride) {
  constexpr int R = M * 4 <= kSums ? 4 : 2;
  int64_t n = begin;
  if (w.k % w.blocksize == 0)
    for (; n + R <= end; n += R) multiplyRows<M, R>(w, n, x, xStride, y, stride);
  for (; n < end; ++n) multiplyRows<M, 1>(w, n, x, xStride, y, stride);
}

using Group = void (*)(const Weight4&, int64_t, int64_t, const float*, int64_t, float*, int64_t);
constexpr Group kGroups[] = {multiplyAll<1>, multiplyAll<2>, multiplyAll<3>, multiplyAll<4>};

void few(const Weight4& w, int64_t begin, int64_t end, const float* x, int64_t xStride, int64_t count, float* y, int64_t stride) {
  for (int64_t m = 0; m < count; m += kGroup) kGroups[std::min<int64_t>(kGroup, count - m) - 1](w, begin, end, x + m * xStride, xStride, y + m * stride, stride);
}

/// Rows of the weight that are multiplied together, and that are decoded together; elements of their width that are.
constexpr int kTileW = 4;
constexpr int64_t kTileRows = 128, kTileWidth = 1024;
/// Apart from a power of two, so that rows do not share the sets of a cache.
constexpr int64_t kTileStride = kTileWidth + kLanes;

/// y (+)= M rows of x times four decoded rows, of which `count` are written.
template <int M>
void multiplyTile(const float* w, const float* x, int64_t xStride, int64_t width, float* y, int64_t stride, int64_t count, bool first) {
  Lanes sums[M][kTileW];
  BNB_UNROLL
  for (int m = 0; m < M; ++m)
    BNB_UNROLL
    for (int r = 0; r < kTileW; ++r) sums[m][r] = zero();
  for (int64_t i = 0; i < width; i += kLanes) {
    Lanes rows[M];
    BNB_UNROLL
    for (int m = 0; m < M; ++m) rows[m] = load(x + m * xStride + i);
    BNB_UNROLL
    for (int r = 0; r < kTileW; ++r) {
      const Lanes weights = load(w + r * kTileStride + i);
      BNB_UNROLL
      for (int m = 0; m < M; ++m) sums[m][r] = fma(rows[m], weights, sums[m][r]);
    }
  }
  BNB_UNROLL
  for (int m = 0; m < M; ++m) {
    float row[kTileW];
    sumsOf4(sums[m], row);
    for (int64_t r = 0; r < count; ++r) y[m * stride + r] = first ? row[r] : y[m * stride + r] + row[r];
  }
}

using Tile = void (*)(const float*, const float*, int64_t, int64_t, float*, int64_t, int64_t, bool);
constexpr Tile kTiles[] = {multiplyTile<1>, multiplyTile<2>, multiplyTile<3>};

/// Decodes elements [begin, end) of row n.
void decodeRow(const Weight4& w, int64_t n, int64_t begin, int64_t end, float* to) {
  const float* table = code4Table(w.code);
  eachRun(w, n, begin, end, [&](int64_t i, int64_t run, int64_t block) {
    const Values values = valuesOf(table, w.absmax[block], w.rounding);
    for (int64_t j = 0; j < run; j += 32) {
      Lanes decoded[kDecoded];
      decode(w.packed + (n * w.k + i + j) / 2, values, decoded);
      for (int v = 0; v < kDecoded; ++v) store(to + i - begin + j + v * kLanes, decoded[v]);
    }
  });
}

void many(const Weight4& w, int64_t begin, int64_t end, const float* x, int64_t xStride, int64_t count, float* y, int64_t stride, float* tile) {
  // Many rows of x come from afar: of shorter pieces, more rows stay near.
  const int64_t rows = end - begin, most = count <= 128 ? kTileWidth : kTileWidth / 2;
  for (int64_t k = 0; k < w.k; k += most) {
    const int64_t width = std::min(most, w.k - k);
    for (int64_t row = 0; row < rows; ++row) decodeRow(w, begin + row, k, k + width, tile + row * kTileStride);
    // What fills the last group of four is multiplied but not written.
    for (int64_t row = rows; row % kTileW != 0; ++row) std::fill_n(tile + row * kTileStride, width, 0.0f);
    for (int64_t m = 0; m < count; m += kTileX) {
      const Tile multiply = kTiles[std::min<int64_t>(kTileX, count - m) - 1];
      for (int64_t row = 0; row < rows; row += kTileW)
        multiply(tile + row * kTileStride, x + m * xStride + k, xStride, width, y + m * stride + begin + row, stride, std::min<int64_t>(kTileW, rows - row), k == 0);
    }
  }
}

void finish(const float* sums, const float* bias, int64_t n, Element element, void* out) {
  alignas(64) float wide[kPiece];
  for (int64_t i = 0; i < n; i += kPiece) {
    const int64_t count = std::min(kPiece, n - i);
    if (bias != nullptr)
      for (int64_t j = 0; j < count; ++j) wide[j] = sums[i + j] + bias[i + j];
    narrowRun(element, bias != nullptr ? wide : sums + i, static_cast<char*>(out) + i * sizeOf(element), count);
  }
}

}  // namespace

const Gemv4& gemv4() {
  static const Gemv4 table{kFewRows, {kPanelRows, kPanelRows, hasBf16Products() ? kBf16PanelRows : kPanelRows}, arrangeRow, few, many, kTileRows, kTileRows * kTileStride, finish};
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
