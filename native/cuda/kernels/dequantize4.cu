// Blockwise 4-bit codes to values: value = table[code] * absmax[block], rounded once to float32 and once to the result's type.
#include "scales4.h"
#include "tables4.h"
#include "wide.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
/// Elements in a packed word, and the words that a thread has in flight. Lanes read neighbouring words, so that a warp writes 512 bytes of 16-bit
/// results without a gap: results are four fifths of the traffic. (Words of 16 bytes a lane would leave gaps in every store.)
constexpr int kEach = 8, kWords = 4;

template <typename T, Code4 code>
__global__ void __launch_bounds__(kThreads) dequantize(const uint8_t* __restrict__ packed, FabricScales4 scales, int shift, int64_t begin, int64_t end, T* __restrict__ to) {
  __shared__ float table[16];
  fillTable4<code>(table);
  __syncthreads();
  constexpr int64_t kTile = int64_t{kThreads} * kWords;
  const int64_t first = begin / kEach, last = ceilDiv(end, kEach);
  // Without an even start no group of results is aligned.
  const bool isAligned = begin % kEach == 0;
  for (int64_t tile = first + blockIdx.x * kTile; tile < last; tile += gridDim.x * kTile) {
    uint32_t words[kWords];
    float scale[kWords];
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      const int64_t word = tile + i * kThreads + threadIdx.x;
      if (word >= last) continue;
      scale[i] = scaleOf(scales, word * kEach >> shift);
      if (isAligned && (word + 1) * kEach <= end) words[i] = __ldg(reinterpret_cast<const uint32_t*>(packed) + word);
    }
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      const int64_t word = tile + i * kThreads + threadIdx.x, at = word * kEach;
      if (word >= last) continue;
      if (isAligned && at + kEach <= end) {
        Pack<T, kEach> values;
#pragma unroll
        for (int j = 0; j < kEach; ++j) values.at[j] = fromFloat<T>(table[words[i] >> (8 * (j / 2) + (j % 2 ? 0 : 4)) & 0xf] * scale[i]);
        storeWide(to + (at - begin), values);
      } else {
        for (int64_t j = max(at, begin); j < min(at + kEach, end); ++j) to[j - begin] = fromFloat<T>(table[packed[j / 2] >> (j % 2 ? 0 : 4) & 0xf] * scale[i]);
      }
    }
  }
}

}  // namespace

/// Elements [begin, end), flat, of `packed` (the even element in the high nibble of its byte; aligned to 4 bytes) to `to`, which starts with element
/// `begin` and is aligned to 16 bytes. `blocksize` is a power of two of at least 8. Quick where `begin` is a multiple of 8.
FABRIC_ENTRY fabric_cuda_dequantize_4bit(int code, int element, const void* packed, FabricScales4 scales, int64_t blocksize, int64_t begin, int64_t end, void* to, void* stream) {
  if (begin >= end) return 0;
  const int shift = shiftOf(blocksize);
  const unsigned grid = gridFor(ceilDiv(end - begin + kEach, int64_t{kThreads} * kWords * kEach), 16);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const auto* bytes = static_cast<const uint8_t*>(packed);
    auto* values = static_cast<T*>(to);
    if (static_cast<Code4>(code) == Code4::Nf4) FABRIC_LAUNCH((dequantize<T, Code4::Nf4>), grid, kThreads, 0, stream, bytes, scales, shift, begin, end, values);
    else FABRIC_LAUNCH((dequantize<T, Code4::Fp4>), grid, kThreads, 0, stream, bytes, scales, shift, begin, end, values);
    return launched();
  });
}

}  // namespace fabric::cuda
