// The two tables of 4-bit codes and the thresholds between them, as the CPU kernels have them (native/bnb/kernels/quant4.cc, quant4.isa.cc).
#pragma once

#include "device.h"

namespace fabric::cuda {

enum class Code4 { Nf4 = 0, Fp4 = 1 };

/// The logarithm of a blocksize, which is a power of two.
inline int shiftOf(int64_t blocksize) { return __builtin_ctzll(static_cast<unsigned long long>(blocksize)); }

/// The value of code `i`; an immediate where `i` is known to the compiler.
__host__ __device__ constexpr float value4(Code4 code, int i) {
  constexpr float nf4[16] = {-1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f,
                             -0.09105003625154495f, 0.0f, 0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f,
                             0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f};
  constexpr float fp4[16] = {0.0f, 0.0625f / 12, 8.0f / 12, 1.0f, 4.0f / 12, 6.0f / 12, 2.0f / 12, 3.0f / 12, -0.0f, -0.0625f / 12, -8.0f / 12, -1.0f, -4.0f /
                             12, -6.0f / 12, -2.0f / 12, -3.0f / 12};
  return code == Code4::Nf4 ? nf4[i] : fp4[i];
}

/// Fills a shared table of 16 values; the block's threads must meet before it is read.
template <Code4 code>
__device__ inline void fillTable4(float* table) {
  if (threadIdx.x < 16) {
    float value = 0;
    // By immediates: an array would be read at diverging addresses.
#pragma unroll
    for (int i = 0; i < 16; ++i)
      if (i == static_cast<int>(threadIdx.x)) value = value4(code, i);
    table[threadIdx.x] = value;
  }
}

}  // namespace fabric::cuda
