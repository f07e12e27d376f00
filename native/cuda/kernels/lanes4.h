// A table of the 16 values that a warp reads without bank conflicts, whatever the codes of its lanes are: each lane has a column of its own.
#pragma once

#include "entries_matmul.h"
#include "scales4.h"
#include "tables4.h"

namespace fabric::cuda {

constexpr int kLaneTable4 = 16 * kWarp;

/// Fills a shared table of kLaneTable4 floats; the block's threads must meet before it is read.
__device__ inline void fillLaneTable4(Code4 code, float* table) {
  // By immediates: an array would be read at diverging addresses.
#pragma unroll
  for (int i = 0; i < 16; ++i)
    if (threadIdx.x < kWarp) table[i * kWarp + threadIdx.x] = code == Code4::Nf4 ? value4(Code4::Nf4, i) : value4(Code4::Fp4, i);
}

/// Element `i` of the eight in four packed bytes: the even one of each byte lies in the high nibble. `column` is the table at the lane.
__device__ inline float decode4(const float* column, uint32_t bytes, int i) { return column[(bytes >> (8 * (i / 2) + (i % 2 ? 0 : 4)) & 0xf) * kWarp]; }

}  // namespace fabric::cuda
