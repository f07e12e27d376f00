// Stochastic rounding from given random bits, as native/torch/fused/stochastic.cc rounds: up or down with probability by distance.
#include "element.h"
#include "entries_optim.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kEach = 4;

/// Adds 16 random bits below the 16 that stay, and cuts them off (Gupta et al. 2015). inf and nan pass.
__device__ inline BFloat16 roundBy(float x, uint16_t random) {
  if (!(fabsf(x) < INFINITY)) return fromFloat<BFloat16>(x);
  return fromFloat<BFloat16>(__uint_as_float((__float_as_uint(x) + random) & 0xffff0000u));
}

/// As above with the 13 bits that float16 lacks; below its normal numbers, whose distance is 2^-24, by comparing. Above 65504 as rounding to
/// nearest does.
__device__ inline Half roundBy(float x, uint32_t random) {
  const float a = fabsf(x);
  if (!(a < 65504.0f)) return fromFloat<Half>(x);
  if (a >= 0x1p-14f) return fromFloat<Half>(__uint_as_float((__float_as_uint(x) + (random & 0x1fff)) & ~0x1fffu));
  const float unit = 0x1p-24f, low = floorf(a / unit);
  const float part = a / unit - low, draw = static_cast<float>(random >> 8) * 0x1p-24f;
  return fromFloat<Half>(copysignf((low + (draw < part ? 1.0f : 0.0f)) * unit, x));
}

template <typename T, typename Bits>
__global__ void __launch_bounds__(kThreads) roundStochastic(const float* __restrict__ from, const Bits* __restrict__ random, int64_t n, T* __restrict__ to) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kThreads * kEach;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * kEach; at < n; at += stride) {
    if (at + kEach <= n) {
      const auto values = load<float, kEach>(from + at);
      const auto bits = load<Bits, kEach>(random + at);
      Pack<T, kEach> rounded;
#pragma unroll
      for (int i = 0; i < kEach; ++i) rounded.at[i] = roundBy(values.at[i], bits.at[i]);
      store(to + at, rounded);
    } else {
      for (int64_t i = at; i < n; ++i) to[i] = roundBy(from[i], random[i]);
    }
  }
}

}  // namespace

/// All pointers are aligned to 16 bytes.
FABRIC_ENTRY fabric_cuda_round_stochastic(int element, const float* from, const void* random, int64_t n, void* to, void* stream) {
  if (n == 0) return 0;
  const unsigned grid = gridFor(ceilDiv(n, int64_t{kThreads} * kEach), 16);
  if (static_cast<Element>(element) == Element::Float16)
    FABRIC_LAUNCH((roundStochastic<Half, uint32_t>), grid, kThreads, 0, stream, from, static_cast<const uint32_t*>(random), n, static_cast<Half*>(to));
  else FABRIC_LAUNCH((roundStochastic<BFloat16, uint16_t>), grid, kThreads, 0, stream, from, static_cast<const uint16_t*>(random), n, static_cast<BFloat16*>(to));
  return launched();
}

}  // namespace fabric::cuda
