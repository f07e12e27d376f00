// Products of signed 8-bit codes on tensor cores (mma.sync.m16n8k32), exact in int32, and their values made before they are written: no int32 matrix
// goes through memory. Rows of both factors come through a pipeline of cp.async. Columns that LLM.int8() keeps as numbers are added to the values, as
// many as a counter on the device tells, so that nothing waits for it.
#include "entries_int8_mm.h"
#include "tensor_core.h"

namespace fabric::cuda {
namespace {

/// Bytes of k in a tile, bytes from row to row of it, and stages of the pipeline. By 80 bytes, eight rows of 16 bytes lie in different banks.
constexpr int kTileK = 64;
constexpr int kStride = kTileK + 16;
constexpr int kStages = 4;
constexpr int kPieces = kTileK / 16;
/// Columns of outliers that are multiplied together.
constexpr int kOutliers = 16;
/// 1 / 127^2: both scales are the magnitudes of code 127.
constexpr float kInverse = 1.0f / 16129.0f;

/// kM by kN results of kWarpsM by kWarpsN warps.
template <int kM, int kN, int kWarpsM, int kWarpsN>
struct Tile {
  static constexpr int kRows = kM, kColumns = kN, kAcross = kWarpsN;
  static constexpr int kThreads = kWarpsM * kWarpsN * kWarp;
  static constexpr int kWarpRows = kM / kWarpsM, kWarpColumns = kN / kWarpsN;
  static constexpr int kRowTiles = kWarpRows / 16, kColumnTiles = kWarpColumns / 8;
  static constexpr int kStageBytes = (kM + kN) * kStride, kShared = kStages * kStageBytes;
  static_assert(kOutliers * (kM + kN) * 4 <= kShared && kColumnTiles % 2 == 0, "room for outliers, and fragments of b by pairs");
};
using Large = Tile<128, 128, 2, 4>;
/// For few rows, which are bound by reading b: narrow, so that many blocks read.
using Small = Tile<64, 32, 4, 1>;

__device__ inline float valueOf(int sum, float row, float column) { return static_cast<float>(sum) * row * column * kInverse; }

/// Copies the tile at `k0` of rows row.. of a and column.. of b; zeros outside. `isWhole`: rows are multiples of 16 bytes.
template <typename S>
__device__ void startTile(const FabricInt8Product& p, int64_t row, int64_t column, int64_t k0, bool isWhole, uint8_t* stage) {
#pragma unroll
  for (int i = 0; i < (S::kRows + S::kColumns) * kPieces / S::kThreads; ++i) {
    const int at = threadIdx.x + i * S::kThreads, line = at / kPieces;
    const bool isLeft = line < S::kRows;
    const int64_t from = isLeft ? row + line : column + line - S::kRows, k = k0 + at % kPieces * 16;
    const bool isInside = from < (isLeft ? p.m : p.n) && k < p.k;
    const int8_t* codes = (isLeft ? p.a : p.b) + (isInside ? from * p.k + k : 0);
    uint8_t* to = stage + line * kStride + at % kPieces * 16;
    if (isWhole) {
      copyAsync16(to, codes, isInside);
    } else {
      for (int j = 0; j < 16; ++j) to[j] = isInside && k + j < p.k ? static_cast<uint8_t>(codes[j]) : 0;
    }
  }
}

template <typename S>
__device__ void multiplyTile(const uint8_t* stage, int (&sums)[S::kRowTiles][S::kColumnTiles][4]) {
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
  const uint8_t* left = stage + (warp / S::kAcross * S::kWarpRows + lane % 16) * kStride + lane / 16 * 16;
  const uint8_t* right = stage + (S::kRows + warp % S::kAcross * S::kWarpColumns + lane / 16 * 8 + lane % 8) * kStride + lane / 8 % 2 * 16;
#pragma unroll
  for (int step = 0; step < kTileK; step += 32) {
    uint32_t a[S::kRowTiles][4];
#pragma unroll
    for (int r = 0; r < S::kRowTiles; ++r) loadMatrix4(a[r], left + r * 16 * kStride + step);
#pragma unroll
    for (int c = 0; c < S::kColumnTiles; c += 2) {
      uint32_t pair[4];
      loadMatrix4(pair, right + c * 8 * kStride + step);
      const uint32_t b[2][2] = {{pair[0], pair[1]}, {pair[2], pair[3]}};
#pragma unroll
      for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
        for (int i = 0; i < 2; ++i) multiplyInt8(sums[r][c + i], a[r], b[i]);
    }
  }
}

/// The values of sums; of those outside of the matrix whatever comes. A sum is not needed once its value is there, so that both share registers.
template <typename S>
__device__ void scaleSums(const FabricInt8Product& p, int64_t row, int64_t column, const int (&sums)[S::kRowTiles][S::kColumnTiles][4],
                          float (&values)[S::kRowTiles][S::kColumnTiles][4]) {
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
  row += warp / S::kAcross * S::kWarpRows + lane / 4;
  column += warp % S::kAcross * S::kWarpColumns + lane % 4 * 2;
  float scales[S::kRowTiles][2];
#pragma unroll
  for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
    for (int below = 0; below < 2; ++below) scales[r][below] = p.rowStats[min(row + r * 16 + below * 8, p.m - 1)];
#pragma unroll
  for (int c = 0; c < S::kColumnTiles; ++c)
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const int64_t n = min(column + c * 8 + j, p.n - 1);
      const float scale = p.colStats[n], plus = p.bias == nullptr ? 0.0f : p.bias[n];
#pragma unroll
      for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
        for (int below = 0; below < 2; ++below) {
          const float value = valueOf(sums[r][c][below * 2 + j], scales[r][below], scale);
          values[r][c][below * 2 + j] = p.bias == nullptr ? value : value + plus;
        }
    }
}

/// values += x[:, outliers] w[:, outliers]^T in float32, w as dequantising gives it in the type of x.
template <typename S, typename T>
__device__ void addOutliers(const FabricInt8Product& p, int64_t row, int64_t column, float* shared, float (&values)[S::kRowTiles][S::kColumnTiles][4]) {
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp, count = *p.outlierCount;
  const int r0 = warp / S::kAcross * S::kWarpRows + lane / 4, c0 = S::kRows + warp % S::kAcross * S::kWarpColumns + lane % 4 * 2;
  constexpr int kLine = S::kRows + S::kColumns;
  for (int first = 0; first < count; first += kOutliers) {
    const int some = min(kOutliers, count - first);
    __syncthreads();
    for (int at = threadIdx.x; at < some * kLine; at += S::kThreads) {
      const int64_t k = p.outliers[first + at / kLine], line = at % kLine;
      float value = 0;
      if (line < S::kRows) {
        if (row + line < p.m) value = toFloat(static_cast<const T*>(p.x)[(row + line) * p.k + k]);
      } else if (const int64_t n = column + line - S::kRows; n < p.n) {
        value = toFloat(fromFloat<T>(static_cast<float>(p.b[n * p.k + k]) * p.colStats[n] * (1.0f / 127.0f)));
      }
      shared[at] = value;
    }
    __syncthreads();
    for (int i = 0; i < some; ++i) {
      const float* line = shared + i * kLine;
#pragma unroll
      for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
        for (int c = 0; c < S::kColumnTiles; ++c)
#pragma unroll
          for (int j = 0; j < 4; ++j) values[r][c][j] = fmaf(line[r0 + r * 16 + j / 2 * 8], line[c0 + c * 8 + j % 2], values[r][c][j]);
    }
  }
}

/// Writes two neighbouring results.
template <typename Out>
__device__ inline void writePair(Out* to, bool isPair, bool hasSecond, Out first, Out second) {
  if (isPair) {
    store(to, Pack<Out, 2>{{first, second}});
    return;
  }
  to[0] = first;
  if (hasSecond) to[1] = second;
}

/// Calls write(row, column, i, j, k) for pairs of results inside of the matrix, i, j and k being their places in the fragments.
template <typename S, typename Write>
__device__ void eachPair(const FabricInt8Product& p, int64_t row, int64_t column, Write write) {
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
  row += warp / S::kAcross * S::kWarpRows + lane / 4;
  column += warp % S::kAcross * S::kWarpColumns + lane % 4 * 2;
#pragma unroll
  for (int r = 0; r < S::kRowTiles; ++r)
#pragma unroll
    for (int below = 0; below < 2; ++below)
#pragma unroll
      for (int c = 0; c < S::kColumnTiles; ++c) {
        const int64_t m = row + r * 16 + below * 8, n = column + c * 8;
        if (m < p.m && n < p.n) write(m, n, r, c, below * 2);
      }
}

template <typename S, typename Out>
__global__ void __launch_bounds__(S::kThreads) multiply(FabricInt8Product p) {
  FABRIC_DYNAMIC_SHARED(shared);
  // Eight rows of tiles at a time, by columns: blocks that run together share rows of both factors in the second-level cache.
  const int64_t down = ceilDiv(p.m, S::kRows), across = ceilDiv(p.n, S::kColumns), band = blockIdx.x / (8 * across) * 8;
  const int64_t height = min(down - band, int64_t{8}), place = blockIdx.x - band * across;
  const int64_t row = (band + place % height) * S::kRows, column = place / height * S::kColumns;
  const bool isWhole = p.k % 16 == 0;
  const int tiles = static_cast<int>(ceilDiv(p.k, kTileK));
  const auto start = [&](int tile) {
    if (tile < tiles) startTile<S>(p, row, column, static_cast<int64_t>(tile) * kTileK, isWhole, shared + tile % kStages * S::kStageBytes);
    commitCopies();
  };
  for (int tile = 0; tile < kStages - 1; ++tile) start(tile);
  int sums[S::kRowTiles][S::kColumnTiles][4] = {};
  for (int tile = 0; tile < tiles; ++tile) {
    waitCopies<kStages - 2>();
    __syncthreads();
    start(tile + kStages - 1);
    multiplyTile<S>(shared + tile % kStages * S::kStageBytes, sums);
  }
  waitCopies<0>();
  Out* y = static_cast<Out*>(p.y);
  const bool isPair = p.n % 2 == 0;
  if constexpr (std::is_same_v<Out, int>) {
    eachPair<S>(p, row, column, [&](int64_t m, int64_t n, int r, int c, int i) { writePair(y + m * p.n + n, isPair, n + 1 < p.n, sums[r][c][i], sums[r][c][i + 1]); });
  } else {
    float values[S::kRowTiles][S::kColumnTiles][4];
    scaleSums<S>(p, row, column, sums, values);
    if (p.outliers != nullptr) addOutliers<S, Out>(p, row, column, reinterpret_cast<float*>(shared), values);
    eachPair<S>(p, row, column, [&](int64_t m, int64_t n, int r, int c, int i) {
      writePair(y + m * p.n + n, isPair, n + 1 < p.n, fromFloat<Out>(values[r][c][i]), fromFloat<Out>(values[r][c][i + 1]));
    });
  }
}

template <typename T>
__global__ void __launch_bounds__(256) dequantizeSums(const int32_t* __restrict__ sums, int64_t m, int64_t n, const float* __restrict__ rowStats, const float* __restrict__ colStats,
                                                      const float* __restrict__ bias, T* __restrict__ y) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * 256;
  for (int64_t at = static_cast<int64_t>(blockIdx.x) * 256 + threadIdx.x; at < m * n; at += stride) {
    const int64_t row = at / n, column = at - row * n;
    const float value = valueOf(sums[at], rowStats[row], colStats[column]);
    y[at] = fromFloat<T>(bias == nullptr ? value : value + bias[column]);
  }
}

template <typename S, typename Out>
int launch(const FabricInt8Product& p, void* stream) {
  if (const int status = allowShared(multiply<S, Out>, S::kShared)) return status;
  const unsigned grid = static_cast<unsigned>(ceilDiv(p.m, S::kRows) * ceilDiv(p.n, S::kColumns));
  FABRIC_LAUNCH((multiply<S, Out>), grid, S::kThreads, S::kShared, stream, p);
  return launched();
}

template <typename Out>
int multiplyAs(const FabricInt8Product& p, void* stream) {
  if (p.m * p.n == 0) return 0;
  // Large tiles read less of the factors, but they must occupy half of the multiprocessors at least.
  const bool isLarge = p.m > Small::kRows && 2 * ceilDiv(p.m, Large::kRows) * ceilDiv(p.n, Large::kColumns) >= multiprocessors();
  return isLarge ? launch<Large, Out>(p, stream) : launch<Small, Out>(p, stream);
}

}  // namespace

FABRIC_ENTRY fabric_cuda_int8_matmul(FabricInt8Product product, void* stream) { return multiplyAs<int>(product, stream); }

/// y = ((sum * row) * column) * (1 / 127^2) + bias, rounded once.
FABRIC_ENTRY fabric_cuda_int8_scaled_mm(int element, FabricInt8Product product, void* stream) {
  return withElement(static_cast<Element>(element), [&](auto of) { return multiplyAs<decltype(of)>(product, stream); });
}

/// The same of sums that exist.
FABRIC_ENTRY fabric_cuda_int8_mm_dequant(int element, const int32_t* sums, int64_t m, int64_t n, const float* rowStats, const float* colStats, const float* bias, void* y,
                                         void* stream) {
  if (m * n == 0) return 0;
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    FABRIC_LAUNCH(dequantizeSums<T>, gridFor(ceilDiv(m * n, 256), 8), 256, 0, stream, sums, m, n, rowStats, colStats, bias, static_cast<T*>(y));
    return launched();
  });
}

}  // namespace fabric::cuda
