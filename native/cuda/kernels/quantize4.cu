// Blocks to 4-bit codes: absmax of a block, and the code of x / absmax by thresholds, two codes a byte.
#include "entries_quant4.h"
#include "runs.h"
#include "tables4.h"

namespace fabric::cuda {
namespace {

/// Thresholds between the codes: of NF4 the float32 midpoints, of FP4 the literals of bitsandbytes, of magnitudes (native/bnb/kernels/quant4.isa.cc).
__device__ constexpr float threshold4(Code4 code, int i) {
  constexpr float nf4[15] = {-0x1.b239bp-1f, -0x1.38a4ep-1f, -0x1.d709p-2f, -0x1.5bd4ecp-2f, -0x1.e079d8p-3f, -0x1.1a7178p-3f, -0x1.74f0e2p-5f, 0x1.45f5fep-5f,
                             0x1.ec90c4p-4f, 0x1.a0cfcp-3f, 0x1.2b05a8p-2f, 0x1.8ea7f2p-2f, 0x1.00da08p-1f, 0x1.491b5ep-1f, 0x1.b913b4p-1f};
  constexpr float fp4[7] = {0.00260417f, 0.0859375f, 0.20833333f, 0.29166667f, 0.4166667f, 0.583333f, 0.8333333f};
  return code == Code4::Nf4 ? nf4[i] : fp4[i % 7];
}

/// The search of a code in one step: values fall into buckets of a sixteenth, none of which has two thresholds. To find the bucket is a monotonous
/// function, so every value in it is above the thresholds of the buckets before, and one comparison is left. Twenty instructions an element would
/// take as long as its bytes; a binary search has about as many.
constexpr int kBuckets = 64;
struct Search4 {
  float threshold[kBuckets];
  /// The code up to the threshold in the low byte, the one above it in the next.
  uint32_t codes[kBuckets];
};

/// The sum leaves 32 + rint(16 y) in the low bits; the least bucket also takes NaNs, which fmaxf drops, and which are above no threshold.
__device__ inline int bucketOf(float y) { return __float_as_int(fmaf(fmaxf(y, -2.0f), 16.0f, 12582944.0f)) & (kBuckets - 1); }

/// The bits of FP4's magnitudes by rank.
__device__ inline uint32_t bitsOfRank(uint32_t rank) { return rank ^ (rank & 2) << 1; }

template <Code4 code>
__device__ inline void fillSearch(Search4& search) {
  if (threadIdx.x >= kBuckets) return;
  uint32_t below = 0;
  float threshold = INFINITY;
#pragma unroll
  for (int i = 0; i < (code == Code4::Nf4 ? 15 : 7); ++i) {
    const int bucket = bucketOf(threshold4(code, i));
    if (bucket < static_cast<int>(threadIdx.x)) ++below;
    if (bucket == static_cast<int>(threadIdx.x)) threshold = threshold4(code, i);
  }
  search.threshold[threadIdx.x] = threshold;
  search.codes[threadIdx.x] = code == Code4::Nf4 ? below | (below + 1) << 8 : bitsOfRank(below) | bitsOfRank(below + 1) << 8;
}

template <Code4 code>
__device__ inline uint32_t encode(const Search4& search, float y) {
  const float v = code == Code4::Nf4 ? y : fabsf(y);
  // Of magnitudes a NaN takes the bucket of zero.
  const int bucket = bucketOf(code == Code4::Nf4 ? v : fmaxf(v, 0.0f));
  const uint32_t bits = search.codes[bucket] >> (v > search.threshold[bucket] ? 8 : 0) & 0xf;
  return code == Code4::Nf4 || !(y < 0) ? bits : bits | 8;
}

template <typename T, Code4 code>
__global__ void __launch_bounds__(kRunThreads) quantize(const T* __restrict__ from, int64_t n, int blocksize, int size, uint8_t* __restrict__ packed, float* __restrict__ absmax) {
  __shared__ Search4 search;
  __shared__ unsigned scratch[kRunThreads / kWarp];
  fillSearch<code>(search);
  __syncthreads();
  const Group group(size);
  const int64_t blocks = ceilDiv(n, blocksize), step = kRunThreads / size;
  for (int64_t base = blockIdx.x * step; base < blocks; base += gridDim.x * step) {
    const int64_t block = base + threadIdx.x / size, start = block * blocksize;
    const int64_t length = block < blocks ? min(static_cast<int64_t>(blocksize), n - start) : 0;
    float x[kHeld][kChunk];
    float most = 0;
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      if (group.at(i) >= length) break;
      loadChunk(from + start + group.at(i), length - group.at(i), true, x[i]);
#pragma unroll
      for (int j = 0; j < kChunk; ++j) most = grow(most, x[i][j]);
    }
    most = __uint_as_float(largestOfGroup(__float_as_uint(most), size, scratch));
    if (group.member == 0 && length > 0) absmax[block] = most;
    const BlockScale scale(most);
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      const int64_t at = group.at(i), left = length - at;
      if (left <= 0) break;
      uint32_t word = 0;
#pragma unroll
      for (int j = 0; j < kChunk; ++j) word |= encode<code>(search, scale(x[i][j])) << (8 * (j / 2) + (j % 2 ? 0 : 4));
      uint8_t* to = packed + (start + at) / 2;
      if (left >= kChunk) *reinterpret_cast<uint32_t*>(to) = word;
      else
        for (int j = 0; 2 * j < left; ++j) to[j] = static_cast<uint8_t>(word >> (8 * j));
    }
  }
}

}  // namespace

/// `n` values from `from`, aligned to 16 bytes, to ceil(n / 2) bytes of codes, the even element in the high nibble, and one float32 a block. A missing
/// last element counts as zero; the `bytes` of `packed`, aligned to 4, may go beyond the codes and are zeros there. `blocksize`: a power of two from
/// 32 to 4096.
FABRIC_ENTRY fabric_cuda_quantize_4bit(int code, int element, const void* from, int64_t n, int64_t blocksize, void* packed, int64_t bytes, float* absmax, void* stream) {
  auto* to = static_cast<uint8_t*>(packed);
  const int64_t used = ceilDiv(n, 2);
  if (bytes > used) {
    const cudaError_t error = cudaMemsetAsync(to + used, 0, static_cast<size_t>(bytes - used), static_cast<cudaStream_t>(stream));
    if (error != cudaSuccess) return static_cast<int>(error);
  }
  if (n == 0) return 0;
  const int size = groupFor(blocksize), length = static_cast<int>(blocksize);
  const unsigned grid = gridForRuns(ceilDiv(n, blocksize), size);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const auto* values = static_cast<const T*>(from);
    if (static_cast<Code4>(code) == Code4::Nf4) FABRIC_LAUNCH((quantize<T, Code4::Nf4>), grid, kRunThreads, 0, stream, values, n, length, size, to, absmax);
    else FABRIC_LAUNCH((quantize<T, Code4::Fp4>), grid, kRunThreads, 0, stream, values, n, length, size, to, absmax);
    return launched();
  });
}

}  // namespace fabric::cuda
