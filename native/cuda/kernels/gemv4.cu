// y = x W^T + b for one row x and a 4-bit W, bound by reading W. Codes become float32 values of the table, products are summed in float32 for 32
// elements, which share a block, and the sum is multiplied with the block's scale: neither a weight nor a scale is rounded to 16 bits.
#include "element.h"
#include "lanes4.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarp;
/// Rows of W that a warp multiplies at a time: so many loads of 16 bytes are in flight a lane.
constexpr int kRows = 4;
/// Codes that a lane reads in one access, and a warp.
constexpr int kEach = 32;
constexpr int kTile = kWarp * kEach;
/// Bytes of x that are kept in shared memory; of longer rows, one slab after the other.
constexpr int kSlabBytes = 32 * 1024;
/// Blocks a multiprocessor.
constexpr int kBlocks = 4;

/// 16 bytes of x, and how many of them a lane reads.
template <typename T>
using Values = Pack<T, 16 / sizeof(T)>;
template <typename T>
constexpr int kPacks = kEach * sizeof(T) / 16;
template <typename T>
constexpr int kSlab = kSlabBytes / sizeof(T);

/// Copies x[begin, end) to shared memory so that lanes, whose elements lie kEach apart, read neighbouring packs of 16 bytes.
template <typename T>
__device__ void arrange(const T* __restrict__ x, int64_t begin, int64_t end, Values<T>* to) {
  const auto* from = reinterpret_cast<const Values<T>*>(x + begin);
  const int packs = static_cast<int>(end - begin) / kEach * kPacks<T>;
  for (int at = threadIdx.x; at < packs; at += kThreads) {
    const int chunk = at / kPacks<T>, lane = chunk % kWarp, tile = chunk / kWarp;
    to[(tile * kPacks<T> + at % kPacks<T>)*kWarp + lane] = from[at];
  }
}

/// sums[r] += the products of rows row + r and a slab of x, which begins at element `begin`, by one of `parts` warps.
template <typename T>
__device__ void multiplySlab(const uint8_t* __restrict__ packed, const FabricScales4& scales, int shift, int64_t n, int64_t k, int64_t row, int64_t begin, int64_t end, int part,
                             int parts, const Values<T>* x, const float* column, float (&sums)[kRows]) {
  constexpr int kInPack = 16 / sizeof(T);
  const int lane = threadIdx.x % kWarp, tiles = static_cast<int>(ceilDiv(end - begin, kTile));
  for (int tile = part; tile < tiles; tile += parts) {
    const int64_t at = begin + tile * kTile + lane * kEach;
    if (at >= end) continue;
    uint4 codes[kRows];
    float scale[kRows], partial[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      // Rows past the last are read as the last, and not written.
      const int64_t flat = min(row + r, n - 1) * k + at;
      codes[r] = __ldcs(reinterpret_cast<const uint4*>(packed + flat / 2));
      scale[r] = scaleOf(scales, flat >> shift);
      partial[r] = 0;
    }
#pragma unroll
    for (int pack = 0; pack < kPacks<T>; ++pack) {
      const Values<T> values = x[(tile * kPacks<T> + pack) * kWarp + lane];
#pragma unroll
      for (int i = 0; i < kInPack; ++i) {
        const int element = pack * kInPack + i, word = element / 8;
        const float value = toFloat(values.at[i]);
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
          const uint32_t bytes = word == 0 ? codes[r].x : word == 1 ? codes[r].y : word == 2 ? codes[r].z : codes[r].w;
          partial[r] = fmaf(decode4(column, bytes, element % 8), value, partial[r]);
        }
      }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) sums[r] = fmaf(partial[r], scale[r], sums[r]);
  }
}

/// `parts` warps, a power of two, share kRows rows of W. blockIdx.y is the row of x.
template <typename T>
__global__ void __launch_bounds__(kThreads, kBlocks) multiply(Code4 code, const uint8_t* __restrict__ packed, FabricScales4 scales, int shift, int64_t n, int64_t k, int parts,
                                                              const T* __restrict__ x, const float* __restrict__ bias, T* __restrict__ y) {
  FABRIC_DYNAMIC_SHARED(bytes);
  auto* slab = reinterpret_cast<Values<T>*>(bytes);
  __shared__ float table[kLaneTable4];
  __shared__ float partial[kWarps * kRows];
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp, part = warp % parts, group = warp / parts;
  const int rowsInBlock = kWarps / parts * kRows;
  x += blockIdx.y * k;
  y += blockIdx.y * n;
  fillLaneTable4(code, table);
  bool isFilled = false;
  for (int64_t first = static_cast<int64_t>(blockIdx.x) * rowsInBlock; first < n; first += static_cast<int64_t>(gridDim.x) * rowsInBlock) {
    float sums[kRows] = {};
    for (int64_t begin = 0; begin < k; begin += kSlab<T>) {
      const int64_t end = min(k, begin + kSlab<T>);
      if (!isFilled) {
        __syncthreads();
        arrange(x, begin, end, slab);
        __syncthreads();
        isFilled = k <= kSlab<T>;
      }
      multiplySlab<T>(packed, scales, shift, n, k, first + group * kRows, begin, end, part, parts, slab, table + lane, sums);
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      for (int with = kWarp / 2; with > 0; with /= 2) sums[r] += __shfl_xor_sync(kAllLanes, sums[r], with);
      if (lane == 0) partial[warp * kRows + r] = sums[r];
    }
    __syncthreads();
    const int64_t row = first + threadIdx.x;
    if (static_cast<int>(threadIdx.x) < rowsInBlock && row < n) {
      const float* from = partial + threadIdx.x / kRows * parts * kRows + threadIdx.x % kRows;
      float sum = 0;
      for (int p = 0; p < parts; ++p) sum += from[p * kRows];
      y[row] = fromFloat<T>(bias == nullptr ? sum : sum + bias[row]);
    }
    __syncthreads();
  }
}

}  // namespace

FABRIC_ENTRY fabric_cuda_gemv_4bit(int element, const FabricWeight4* weight, const void* x, int64_t rows, const float* bias, void* y, void* stream) {
  const FabricWeight4 w = *weight;
  if (rows == 0 || w.n == 0) return 0;
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const int64_t inSlab = w.k < kSlab<T> ? w.k : kSlab<T>;
    int parts = 1;
    while (parts < kWarps && 2 * parts * kTile <= inSlab) parts *= 2;
    const int64_t blocks = ceilDiv(w.n, kWarps / parts * kRows);
    // Rows of x share the multiprocessors.
    const dim3 grid(gridFor(blocks, static_cast<int>(ceilDiv(kBlocks, rows))), static_cast<unsigned>(rows));
    const size_t shared = ceilDiv(inSlab, kTile) * kTile * sizeof(T);
    FABRIC_LAUNCH(multiply<T>, grid, kThreads, shared, stream, static_cast<Code4>(w.code), static_cast<const uint8_t*>(w.packed), w.scales, shiftOf(w.blocksize), w.n, w.k, parts,
                  static_cast<const T*>(x), bias, static_cast<T*>(y));
    return launched();
  });
}

}  // namespace fabric::cuda
