// Blockwise 4-bit codes to values: value = table[code] * absmax[block], rounded once to float32 and once to the result's type.
#include "element.h"
#include "tables4.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
/// Packed bytes a thread reads in one access, and the elements in them.
constexpr int kBytes = 4;
constexpr int kEach = 2 * kBytes;

/// `shift`: the logarithm of the blocksize, at least 5, so that the elements of a thread lie in one block.
template <typename T, Code4 code>
__global__ void __launch_bounds__(kThreads) dequantize(const uint8_t* __restrict__ packed, const float* __restrict__ absmax, int shift, int64_t n, T* __restrict__ to) {
  __shared__ float table[16];
  fillTable4<code>(table);
  __syncthreads();
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kThreads * kEach;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * kEach; at < n; at += stride) {
    const float scale = __ldg(absmax + (at >> shift));
    if (at + kEach <= n) {
      const uint32_t bytes = *reinterpret_cast<const uint32_t*>(packed + at / 2);
      Pack<T, kEach> values;
#pragma unroll
      for (int i = 0; i < kEach; ++i) values.at[i] = fromFloat<T>(table[bytes >> (8 * (i / 2) + (i % 2 ? 0 : 4)) & 0xf] * scale);
      store(to + at, values);
    } else {
      for (int i = 0; at + i < n; ++i) to[at + i] = fromFloat<T>(table[packed[(at + i) / 2] >> (i % 2 ? 0 : 4) & 0xf] * scale);
    }
  }
}

}  // namespace

/// `n` values from `packed` (ceil(n / 2) bytes, the even element in the high nibble) and `absmax` (one float32 a block) to `to`, aligned to 16 bytes.
FABRIC_ENTRY fabric_cuda_dequantize_4bit(int code, int element, const void* packed, const float* absmax, int64_t blocksize, int64_t n, void* to, void* stream) {
  if (n == 0) return 0;
  const int shift = __builtin_ctzll(static_cast<unsigned long long>(blocksize));
  const unsigned grid = gridFor(ceilDiv(n, int64_t{kThreads} * kEach), 16);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const auto* bytes = static_cast<const uint8_t*>(packed);
    auto* values = static_cast<T*>(to);
    if (static_cast<Code4>(code) == Code4::Nf4) FABRIC_LAUNCH((dequantize<T, Code4::Nf4>), grid, kThreads, 0, stream, bytes, absmax, shift, n, values);
    else FABRIC_LAUNCH((dequantize<T, Code4::Fp4>), grid, kThreads, 0, stream, bytes, absmax, shift, n, values);
    return launched();
  });
}

}  // namespace fabric::cuda
