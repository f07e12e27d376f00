// Matrices of bytes transposed: a block of threads takes tiles of 64 x 128, turned through shared memory without bank conflicts.
#pragma once

#include "device.h"

namespace fabric::cuda {

constexpr int kTileRows = 64;
constexpr int kTileCols = 128;
/// Threads of a block: each holds 4 rows of 8 columns.
constexpr int kTileThreads = 256;

inline int64_t tilesOf(int64_t rows, int64_t cols) { return ceilDiv(rows, kTileRows) * ceilDiv(cols, kTileCols); }

/// Four columns of four bytes from four rows of them.
__device__ inline void turn4(uint32_t (&columns)[4], uint32_t row0, uint32_t row1, uint32_t row2, uint32_t row3) {
  const uint32_t low01 = __byte_perm(row0, row1, 0x5140), high01 = __byte_perm(row0, row1, 0x7362);
  const uint32_t low23 = __byte_perm(row2, row3, 0x5140), high23 = __byte_perm(row2, row3, 0x7362);
  columns[0] = __byte_perm(low01, low23, 0x5410);
  columns[1] = __byte_perm(low01, low23, 0x7632);
  columns[2] = __byte_perm(high01, high23, 0x5410);
  columns[3] = __byte_perm(high01, high23, 0x7632);
}

/// Writes the transpose of a matrix to `turned`, `[cols, rows]`. `codesOf(row, column)` gives 8 bytes of a row from a column that is a multiple of 8; it
/// is also called for places outside of the matrix, whose bytes are not used.
template <typename CodesOf>
__device__ void turnTiles(int64_t rows, int64_t cols, uint8_t* turned, CodesOf codesOf) {
  // Of a group of 8 columns: 16 words of 4 rows for each, rotated by 4 words a group, so that the lanes of a warp, which write 8 groups at 4 words each,
  // find 32 banks.
  __shared__ uint4 tile[kTileRows * kTileCols / 16];
  constexpr int kGroupWords = kTileRows * 8 / 4;
  const auto quadOf = [](int column, int quad) { return column / 8 * (kGroupWords / 4) + (column % 8 * 4 + quad + column / 8) % (kGroupWords / 4); };
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
  const int column = (warp % 2 * 8 + lane % 8) * 8, quad = warp / 2, word = lane / 8;
  const int64_t across = ceilDiv(cols, kTileCols), tiles = across * ceilDiv(rows, kTileRows);
  for (int64_t t = blockIdx.x; t < tiles; t += gridDim.x) {
    const int64_t top = t / across * kTileRows, left = t % across * kTileCols;
    uint2 codes[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) codes[i] = codesOf(top + quad * 16 + word * 4 + i, left + column);
    uint32_t columns[2][4];
    turn4(columns[0], codes[0].x, codes[1].x, codes[2].x, codes[3].x);
    turn4(columns[1], codes[0].y, codes[1].y, codes[2].y, codes[3].y);
#pragma unroll
    for (int i = 0; i < 8; ++i) reinterpret_cast<uint32_t*>(tile + quadOf(column + i, quad))[word] = columns[i / 4][i % 4];
    __syncthreads();
    for (int i = threadIdx.x; i < kTileCols * 4; i += kTileThreads) {
      const int64_t at = left + i / 4, row = top + i % 4 * 16;
      if (at >= cols || row >= rows) continue;
      const uint4 bytes = tile[quadOf(i / 4, i % 4)];
      uint8_t* to = turned + at * rows + row;
      if (rows % 16 == 0) {
        *reinterpret_cast<uint4*>(to) = bytes;
        continue;
      }
      const uint32_t words[4] = {bytes.x, bytes.y, bytes.z, bytes.w};
#pragma unroll
      for (int r = 0; r < 16; ++r)
        if (row + r < rows) to[r] = static_cast<uint8_t>(words[r / 4] >> (8 * (r % 4)));
    }
    __syncthreads();
  }
}

}  // namespace fabric::cuda
