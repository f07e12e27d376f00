// y = x W^T + b for few rows x of 16-bit numbers and a 4-bit W, on tensor cores. W is the left factor of mma.sync.m16n8k16, so that its 16 rows are
// always full and only the count of x's rows, the tokens, is padded, to a multiple of 8. Packed codes and tokens come through a pipeline of cp.async;
// each weight is decoded once a block of threads, value * scale in float32, rounded to the type of x, and multiplied with all tokens of the block.
//
// The sum over k has no order that matters to the fragments: a lane takes 16 neighbouring elements of the 64 in a tile, eight bytes of codes, and the
// four steps of its fragments take four of them each, from W and from x alike. So both are read from shared memory in whole vectors.
#include "lanes4.h"
#include "tensor_core.h"

#include <cstring>

namespace fabric::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = kWarps * kWarp;
/// Elements of k in a tile, bytes of their codes, and stages of the pipeline.
constexpr int kTileK = 64;
constexpr int kCodeBytes = kTileK / 2;
constexpr int kStages = 4;
/// Bytes from token to token: those of a tile, and 16 more so that lanes of two tokens meet different banks.
constexpr int kTokenStride = kTileK * 2 + 16;

/// What one block of threads makes: rows of W by tokens. One stage holds codes, tokens and two scales a row of W, one for each 32 elements.
template <int kTokens>
struct Tile {
  static constexpr int kRowTiles = kTokens > 32 ? 2 : 1;
  static constexpr int kRows = kWarps * 16 * kRowTiles;
  static constexpr int kTokenTiles = kTokens / 8;
  static constexpr int kTokensAt = kRows * kCodeBytes, kScalesAt = kTokensAt + kTokens * kTokenStride, kStageBytes = kScalesAt + kRows * 2 * 4;
  /// Floats from token to token of the result in shared memory.
  static constexpr int kOutStride = kRows + 4;
  static constexpr int kShared = kStages * kStageBytes > kTokens * kOutStride * 4 ? kStages * kStageBytes : kTokens * kOutStride * 4;
};

template <typename T>
struct Problem {
  Code4 code;
  const uint8_t* packed;
  FabricScales4 scales;
  int shift;
  int64_t n, k, rows;
  const T* x;
  const float* bias;
  /// Null where there is one part.
  float* sums;
  T* y;
};

__device__ inline uint32_t packPair(Half, float low, float high) {
  const __half2 pair = __floats2half2_rn(low, high);
  uint32_t bits;
  memcpy(&bits, &pair, sizeof bits);
  return bits;
}
__device__ inline uint32_t packPair(BFloat16, float low, float high) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  uint32_t bits;
  memcpy(&bits, &pair, sizeof bits);
  return bits;
}

/// Starts the copies of the codes and tokens of the tile at `k0`; zeros past the end of k, the weight and the tokens.
template <typename T, int kTokens>
__device__ void startTile(const Problem<T>& p, int64_t row, int64_t token, int64_t k0, uint8_t* stage) {
  using S = Tile<kTokens>;
#pragma unroll
  for (int at = threadIdx.x; at < S::kRows * kCodeBytes / 16; at += kThreads) {
    const int64_t n = row + at / 2, k = k0 + at % 2 * 32;
    const bool isInside = n < p.n && k < p.k;
    copyAsync16(stage + at * 16, p.packed + (isInside ? (n * p.k + k) / 2 : 0), isInside);
  }
#pragma unroll
  for (int at = threadIdx.x; at < kTokens * 8; at += kThreads) {
    const int64_t m = token + at / 8, k = k0 + at % 8 * 8;
    const bool isInside = m < p.rows && k < p.k;
    copyAsync16(stage + S::kTokensAt + at / 8 * kTokenStride + at % 8 * 16, p.x + (isInside ? m * p.k + k : 0), isInside);
  }
}

/// The scales that this thread brings for the tile at `k0`. Past the end of k it is that of the last block, which meets tokens of zero.
template <typename T, int kTokens>
__device__ void readScales(const Problem<T>& p, int64_t row, int64_t k0, float (&scales)[Tile<kTokens>::kRowTiles]) {
#pragma unroll
  for (int i = 0; i < Tile<kTokens>::kRowTiles; ++i) {
    const int at = threadIdx.x + i * kThreads;
    const int64_t n = row + at / 2;
    scales[i] = n < p.n ? scaleOf(p.scales, (n * p.k + min(k0 + at % 2 * 32, p.k - 32)) >> p.shift) : 0.0f;
  }
}
template <typename T, int kTokens>
__device__ void keepScales(const float (&scales)[Tile<kTokens>::kRowTiles], uint8_t* stage) {
#pragma unroll
  for (int i = 0; i < Tile<kTokens>::kRowTiles; ++i) reinterpret_cast<float*>(stage + Tile<kTokens>::kScalesAt)[threadIdx.x + i * kThreads] = scales[i];
}

/// Two neighbouring weights, of byte `i` of the eight that a lane has.
template <typename T>
__device__ inline uint32_t decodePair(const float* column, const uint2& codes, int i, float scale) {
  const uint32_t bytes = i < 4 ? codes.x : codes.y;
  return packPair(T{}, decode4(column, bytes, i % 4 * 2) * scale, decode4(column, bytes, i % 4 * 2 + 1) * scale);
}

template <typename T, int kTokens>
__device__ void multiplyTile(const uint8_t* stage, const float* column, float (&sums)[Tile<kTokens>::kRowTiles][Tile<kTokens>::kTokenTiles][4]) {
  using S = Tile<kTokens>;
  const int lane = threadIdx.x % kWarp, row = threadIdx.x / kWarp * 16 * S::kRowTiles + lane / 4, quarter = lane % 4;
  const float* scales = reinterpret_cast<const float*>(stage + S::kScalesAt);
  const uint8_t* tokens = stage + S::kTokensAt + lane / 4 * kTokenStride + quarter * 32;
  // Of 128 tokens, both halves at once take more registers than a thread has.
#pragma unroll(kTokens > 64 ? 1 : 2)
  for (int half = 0; half < 2; ++half) {
    uint32_t left[S::kRowTiles][2][4];
#pragma unroll
    for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
      for (int below = 0; below < 2; ++below) {
        const int at = row + r * 16 + below * 8;
        const uint2 codes = *reinterpret_cast<const uint2*>(stage + at * kCodeBytes + quarter * 8);
        const float scale = scales[at * 2 + quarter / 2];
#pragma unroll
        for (int step = 0; step < 2; ++step) {
          left[r][step][below] = decodePair<T>(column, codes, half * 4 + step * 2, scale);
          left[r][step][below + 2] = decodePair<T>(column, codes, half * 4 + step * 2 + 1, scale);
        }
      }
#pragma unroll
    for (int t = 0; t < S::kTokenTiles; ++t) {
      const uint4 values = *reinterpret_cast<const uint4*>(tokens + t * 8 * kTokenStride + half * 16);
      const uint32_t right[2][2] = {{values.x, values.y}, {values.z, values.w}};
#pragma unroll
      for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
        for (int step = 0; step < 2; ++step) multiply16x8x16<T>(sums[r][t], left[r][step], right[step]);
    }
  }
}

/// blockIdx.x counts tiles, those of one set of rows of W side by side so that they share its codes in the second-level cache; blockIdx.y is the part of k.
template <typename T, int kTokens>
__global__ void __launch_bounds__(kThreads) multiply(Problem<T> p, int tokenBlocks) {
  using S = Tile<kTokens>;
  FABRIC_DYNAMIC_SHARED(shared);
  __shared__ float table[kLaneTable4];
  fillLaneTable4(p.code, table);
  const int lane = threadIdx.x % kWarp;
  const int64_t row = static_cast<int64_t>(blockIdx.x / tokenBlocks) * S::kRows, token = static_cast<int64_t>(blockIdx.x % tokenBlocks) * kTokens;
  const int64_t all = ceilDiv(p.k, kTileK), first = all * blockIdx.y / gridDim.y;
  const int tiles = static_cast<int>(all * (blockIdx.y + 1) / gridDim.y - first);
  const auto stage = [&](int tile) { return shared + tile % kStages * S::kStageBytes; };
  const auto start = [&](int tile) {
    if (tile < tiles) startTile<T, kTokens>(p, row, token, (first + tile) * kTileK, stage(tile));
    commitCopies();
  };
  float scales[S::kRowTiles];
  for (int tile = 0; tile < kStages - 1; ++tile) {
    start(tile);
    if (tile >= tiles) continue;
    readScales<T, kTokens>(p, row, (first + tile) * kTileK, scales);
    keepScales<T, kTokens>(scales, stage(tile));
  }
  float sums[S::kRowTiles][S::kTokenTiles][4] = {};
  for (int tile = 0; tile < tiles; ++tile) {
    waitCopies<kStages - 2>();
    __syncthreads();
    // Scales are read one turn before they are kept, so that nothing waits for them.
    if (tile > 0 && tile + kStages - 2 < tiles) keepScales<T, kTokens>(scales, stage(tile + kStages - 2));
    const int next = tile + kStages - 1;
    start(next);
    if (next < tiles) readScales<T, kTokens>(p, row, (first + next) * kTileK, scales);
    multiplyTile<T, kTokens>(stage(tile), table + lane, sums);
  }
  waitCopies<0>();
  __syncthreads();
  // Through shared memory: fragments hold columns of y, and rows are written.
  float* out = reinterpret_cast<float*>(shared);
  const int at = threadIdx.x / kWarp * 16 * S::kRowTiles + lane / 4;
#pragma unroll
  for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
    for (int t = 0; t < S::kTokenTiles; ++t)
#pragma unroll
      for (int i = 0; i < 4; ++i) out[(t * 8 + lane % 4 * 2 + i % 2) * S::kOutStride + at + r * 16 + i / 2 * 8] = sums[r][t][i];
  __syncthreads();
  for (int i = threadIdx.x; i < kTokens * S::kRows; i += kThreads) {
    const int64_t m = token + i / S::kRows, n = row + i % S::kRows;
    if (m >= p.rows || n >= p.n) continue;
    const float sum = out[i / S::kRows * S::kOutStride + i % S::kRows];
    if (p.sums != nullptr) p.sums[(blockIdx.y * p.rows + m) * p.n + n] = sum;
    else p.y[m * p.n + n] = fromFloat<T>(p.bias == nullptr ? sum : sum + p.bias[n]);
  }
}

/// Adds the parts in their order, so that the result does not depend on which is ready first.
template <typename T>
__global__ void __launch_bounds__(256) addParts(const float* __restrict__ sums, int parts, int64_t rows, int64_t n, const float* __restrict__ bias, T* __restrict__ y) {
  const int64_t count = rows * n, stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t at = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; at < count; at += stride) {
    float sum = sums[at];
    for (int part = 1; part < parts; ++part) sum += sums[part * count + at];
    y[at] = fromFloat<T>(bias == nullptr ? sum : sum + bias[at % n]);
  }
}

/// Tokens of a block of threads: as few as hold them all, up to 128.
int tokensFor(int64_t rows) { return rows <= 16 ? 16 : rows <= 32 ? 32 : rows <= 64 ? 64 : 128; }
int64_t tilesFor(int64_t n, int64_t rows, int tokens) { return ceilDiv(n, tokens > 32 ? Tile<128>::kRows : Tile<16>::kRows) * ceilDiv(rows, tokens); }

template <typename T, int kTokens>
int launch(const Problem<T>& p, int parts, void* stream) {
  using S = Tile<kTokens>;
  if (const int status = allowShared(multiply<T, kTokens>, S::kShared)) return status;
  const int64_t tokenBlocks = ceilDiv(p.rows, kTokens);
  const dim3 grid(static_cast<unsigned>(tilesFor(p.n, p.rows, kTokens)), static_cast<unsigned>(parts));
  FABRIC_LAUNCH((multiply<T, kTokens>), grid, kThreads, S::kShared, stream, p, static_cast<int>(tokenBlocks));
  if (const int status = launched(); status != 0 || parts == 1) return status;
  FABRIC_LAUNCH(addParts<T>, gridFor(ceilDiv(p.rows * p.n, 256), 8), 256, 0, stream, p.sums, parts, p.rows, p.n, p.bias, p.y);
  return launched();
}

template <typename T>
int launchFor(const FabricWeight4& w, const void* x, int64_t rows, const float* bias, int parts, float* sums, void* y, void* stream) {
  const Problem<T> p{static_cast<Code4>(w.code), static_cast<const uint8_t*>(w.packed), w.scales, shiftOf(w.blocksize), w.n, w.k, rows,
                     static_cast<const T*>(x),   bias,                                  parts == 1 ? nullptr : sums, static_cast<T*>(y)};
  switch (tokensFor(rows)) {
    case 16: return launch<T, 16>(p, parts, stream);
    case 32: return launch<T, 32>(p, parts, stream);
    case 64: return launch<T, 64>(p, parts, stream);
    default: return launch<T, 128>(p, parts, stream);
  }
}

}  // namespace

FABRIC_ENTRY fabric_cuda_gemm_4bit_parts(const FabricWeight4* weight, int64_t rows) {
  const int tokens = tokensFor(rows);
  // Blocks that a multiprocessor holds, or enough of them to hide the memory; a part has at least eight tiles of k.
  const int64_t wanted = static_cast<int64_t>(multiprocessors()) * (tokens > 32 ? 2 : 4), tiles = tilesFor(weight->n, rows, tokens);
  const int64_t most = ceilDiv(weight->k, kTileK) / 8, parts = tiles == 0 ? 1 : wanted / tiles;
  return static_cast<int>(parts < 1 || most < 1 ? 1 : parts < most ? parts : most);
}

FABRIC_ENTRY fabric_cuda_gemm_4bit(int element, const FabricWeight4* weight, const void* x, int64_t rows, const float* bias, int parts, float* sums, void* y, void* stream) {
  if (rows == 0 || weight->n == 0) return 0;
  switch (static_cast<Element>(element)) {
    case Element::Float16: return launchFor<Half>(*weight, x, rows, bias, parts, sums, y, stream);
    case Element::BFloat16: return launchFor<BFloat16>(*weight, x, rows, bias, parts, sums, y, stream);
    default: return static_cast<int>(cudaErrorInvalidValue);
  }
}

}  // namespace fabric::cuda
