// Rows and columns of a matrix to signed 8-bit codes, and back: q = rint(x * (127 / scale)), the scale being the largest magnitude.
#include "entries_int8_codes.h"
#include "runs.h"

namespace fabric::cuda {
namespace {

constexpr unsigned kMagnitude = 0x7fffffffu, kInfinity = 0x7f800000u, kHalfMin = 0x38800000u;

__device__ inline float rounded(float x) { return toFloat(__float2half_rn(x)); }

/// The bits of a magnitude, which order as the numbers do, those of NaNs above all others; 0 of an outlier.
__device__ inline unsigned counted(float x, float threshold) {
  const unsigned bits = __float_as_uint(x) & kMagnitude;
  return threshold > 0 && __uint_as_float(bits) >= threshold ? 0u : bits;
}

/// Whether a row or column with this largest magnitude cannot be rounded to float16: it overflows there, or loses its bits.
__device__ inline bool isOutsideHalf(unsigned bits) { return bits >= kInfinity || bits < kHalfMin; }

/// From values to codes; a scale so small that its reciprocal overflows is divided by instead.
struct Int8Factor {
  /// `inverse` is 0 where there are no codes.
  float scale, inverse;
  __device__ int8_t operator()(float x, float threshold) const {
    if (inverse == 0 || (threshold > 0 && fabsf(x) >= threshold)) return 0;
    return static_cast<int8_t>(__float2int_rn(inverse == INFINITY ? x / scale * 127.0f : x * inverse));
  }
};

/// By the bits of the largest magnitude: what is zero, infinite or NaN has no codes.
__device__ inline Int8Factor factorOf(unsigned most) {
  const float scale = __uint_as_float(most);
  return {scale, most > 0 && most < kInfinity ? 127.0f / scale : 0.0f};
}

/// Marks the columns from `at` on, a multiple of 8, whose elements are outliers. Few are, but those in most rows: the bits are looked at before they are
/// set, since atomics on one word wait for one another.
__device__ inline void mark(const float (&x)[kChunk], float threshold, int64_t at, uint32_t* marks) {
  uint32_t bits = 0;
#pragma unroll
  for (int j = 0; j < kChunk; ++j)
    if (fabsf(x[j]) >= threshold) bits |= 1u << j;
  bits <<= at % 32;
  if (bits != 0 && (bits & ~__ldcg(marks + at / 32)) != 0) atomicOr(marks + at / 32, bits);
}

/// A group takes a row. `kRounds`: try float16 first, which is told from plain float32 by the largest magnitude of either; both come from one reading.
template <typename T, bool kRounds>
__global__ void __launch_bounds__(kRunThreads, 2) quantizeRows(const T* __restrict__ from, int64_t rows, int64_t cols, float threshold, int size, int8_t* __restrict__ q,
                                                            float* __restrict__ stats, uint32_t* __restrict__ marks) {
  __shared__ unsigned scratch[kRunThreads / kWarp];
  const Group group(size);
  const bool isWide = cols % kChunk == 0;
  const int64_t step = kRunThreads / size;
  for (int64_t base = blockIdx.x * step; base < rows; base += gridDim.x * step) {
    const int64_t row = base + threadIdx.x / size, start = row * cols;
    const int64_t length = row < rows ? cols : 0;
    float x[kHeld][kChunk], again[kChunk];
    unsigned most = 0, mostRounded = 0;
    const auto look = [&](const float(&values)[kChunk]) {
#pragma unroll
      for (int j = 0; j < kChunk; ++j) {
        most = max(most, counted(values[j], threshold));
        if (kRounds) mostRounded = max(mostRounded, counted(rounded(values[j]), threshold));
      }
    };
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      if (group.at(i) >= length) break;
      loadChunk(from + start + group.at(i), length - group.at(i), isWide, x[i]);
      look(x[i]);
    }
    for (int64_t i = kHeld; group.at(i) < length; ++i) {
      loadChunk(from + start + group.at(i), length - group.at(i), isWide, again);
      look(again);
    }
    bool rounds = false;
    if (kRounds) {
      mostRounded = largestOfGroup(mostRounded, size, scratch);
      rounds = !isOutsideHalf(mostRounded);
    }
    most = largestOfGroup(most, size, scratch);
    if (rounds) most = mostRounded;
    if (group.member == 0 && row < rows) stats[row] = __uint_as_float(most);
    const Int8Factor factor = factorOf(most);
    const auto write = [&](int64_t at, float(&values)[kChunk]) {
      if (rounds)
#pragma unroll
        for (int j = 0; j < kChunk; ++j) values[j] = rounded(values[j]);
      Pack<int8_t, kChunk> codes;
#pragma unroll
      for (int j = 0; j < kChunk; ++j) codes.at[j] = factor(values[j], threshold);
      storeChunk(q + start + at, length - at, isWide, codes);
      if (threshold > 0) mark(values, threshold, at, marks);
    };
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      if (group.at(i) >= length) break;
      write(group.at(i), x[i]);
    }
    for (int64_t i = kHeld; group.at(i) < length; ++i) {
      loadChunk(from + start + group.at(i), length - group.at(i), isWide, again);
      write(group.at(i), again);
    }
  }
}

/// Columns go by tiles of 32 chunks, one a lane, and the warps of a block take turns at the rows.
constexpr int kTile = kWarp * kChunk, kWarps = kRunThreads / kWarp;

/// Where a thread works on columns.
struct Columns {
  int64_t at, left, row, step;
  __device__ explicit Columns(int64_t cols)
      : at((static_cast<int64_t>(blockIdx.x) * kWarp + threadIdx.x % kWarp) * kChunk), left(cols - at), row(static_cast<int64_t>(blockIdx.y) * kWarps + threadIdx.x / kWarp),
        step(static_cast<int64_t>(gridDim.y) * kWarps) {}
};

/// The bits of each column's largest magnitude to `largest`, zeros before, and with `kRounds` after them those of the rounded ones.
template <typename T, bool kRounds>
__global__ void __launch_bounds__(kRunThreads) largestOfColumns(const T* __restrict__ from, int64_t rows, int64_t cols, float threshold, int32_t* __restrict__ largest) {
  __shared__ int ofTile[2][kTile];
  for (int i = threadIdx.x; i < kTile; i += kRunThreads) ofTile[0][i] = ofTile[1][i] = 0;
  __syncthreads();
  const Columns columns(cols);
  unsigned most[kChunk] = {}, mostRounded[kChunk] = {};
  if (columns.left > 0)
    for (int64_t row = columns.row; row < rows; row += columns.step) {
      float x[kChunk];
      loadChunk(from + row * cols + columns.at, columns.left, cols % kChunk == 0, x);
#pragma unroll
      for (int j = 0; j < kChunk; ++j) {
        most[j] = max(most[j], counted(x[j], threshold));
        if (kRounds) mostRounded[j] = max(mostRounded[j], counted(rounded(x[j]), threshold));
      }
    }
  const int place = static_cast<int>(threadIdx.x) % kWarp * kChunk;
#pragma unroll
  for (int j = 0; j < kChunk; ++j) {
    atomicMax(&ofTile[0][place + j], static_cast<int>(most[j]));
    if (kRounds) atomicMax(&ofTile[1][place + j], static_cast<int>(mostRounded[j]));
  }
  __syncthreads();
  for (int i = threadIdx.x; i < kTile; i += kRunThreads) {
    const int64_t column = static_cast<int64_t>(blockIdx.x) * kTile + i;
    if (column >= cols) continue;
    atomicMax(largest + column, ofTile[0][i]);
    if (kRounds) atomicMax(largest + cols + column, ofTile[1][i]);
  }
}

template <typename T, bool kRounds>
__global__ void __launch_bounds__(kRunThreads, 4) quantizeColumns(const T* __restrict__ from, int64_t rows, int64_t cols, float threshold, const int32_t* __restrict__ largest,
                                                               int8_t* __restrict__ q, float* __restrict__ stats) {
  const Columns columns(cols);
  if (columns.left <= 0) return;
  Int8Factor factors[kChunk];
  bool rounds[kChunk];
#pragma unroll
  for (int j = 0; j < kChunk; ++j) {
    const int64_t column = columns.at + j;
    const bool isInside = j < columns.left;
    unsigned most = isInside ? static_cast<unsigned>(largest[column]) : 0u;
    rounds[j] = false;
    if (kRounds && isInside) {
      const unsigned bits = static_cast<unsigned>(largest[cols + column]);
      rounds[j] = !isOutsideHalf(bits);
      if (rounds[j]) most = bits;
    }
    if (isInside && columns.row == 0) stats[column] = __uint_as_float(most);
    factors[j] = factorOf(most);
  }
  for (int64_t row = columns.row; row < rows; row += columns.step) {
    float x[kChunk];
    const int64_t start = row * cols + columns.at;
    loadChunk(from + start, columns.left, cols % kChunk == 0, x);
    Pack<int8_t, kChunk> codes;
#pragma unroll
    for (int j = 0; j < kChunk; ++j) codes.at[j] = factors[j](rounds[j] ? rounded(x[j]) : x[j], threshold);
    storeChunk(q + start, columns.left, cols % kChunk == 0, codes);
  }
}

/// Codes that a thread reads at a time.
constexpr int kCodes = 8;

template <typename T>
__global__ void __launch_bounds__(kRunThreads) dequantize(const int8_t* __restrict__ q, int64_t n, int64_t cols, const float* __restrict__ stats, T* __restrict__ to) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kRunThreads * kCodes;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kRunThreads + threadIdx.x) * kCodes; at < n; at += stride) {
    int64_t row = at / cols, column = at - row * cols;
    float scale = __ldg(stats + row);
    const auto next = [&](int8_t code) {
      if (column == cols) {
        column = 0;
        scale = __ldg(stats + ++row);
      }
      ++column;
      return fromFloat<T>(static_cast<float>(code) * scale * (1.0f / 127.0f));
    };
    if (at + kCodes <= n) {
      const Pack<int8_t, kCodes> codes = load<int8_t, kCodes>(q + at);
      Pack<T, kCodes> out;
#pragma unroll
      for (int j = 0; j < kCodes; ++j) out.at[j] = next(codes.at[j]);
      storeWide(to + at, out);
    } else {
      for (int64_t j = at; j < n; ++j) to[j] = next(q[j]);
    }
  }
}

/// Calls `body(T{}, rounds)` with a type that says whether values are rounded to float16 first: those that are not float16 already.
template <typename Body>
int withSource(const FabricInt8Source& source, Body body) {
  return withElement(static_cast<Element>(source.element), [&](auto of) {
    using T = decltype(of);
    if constexpr (!std::is_same_v<T, Half>)
      if (source.roundHalf != 0) return body(of, std::true_type{});
    return body(of, std::false_type{});
  });
}

}  // namespace

/// Codes `q` (aligned to 8 bytes) and one scale a row. A row with a NaN or an infinity that is no outlier gets that as its scale, and codes of 0. With
/// a threshold the bits of `marks`, ceil(cols / 32) words, tell the columns with an outlier; without one it may be null.
FABRIC_ENTRY fabric_cuda_int8_quantize_rows(FabricInt8Source source, int8_t* q, float* stats, uint32_t* marks, void* stream) {
  if (marks != nullptr && source.cols > 0) {
    const auto error = cudaMemsetAsync(marks, 0, static_cast<size_t>(ceilDiv(source.cols, 32)) * sizeof(uint32_t), static_cast<cudaStream_t>(stream));
    if (error != cudaSuccess) return static_cast<int>(error);
  }
  if (source.rows == 0) return 0;
  const int size = groupFor(source.cols);
  const unsigned grid = gridForRuns(source.rows, size);
  return withSource(source, [&](auto of, auto rounds) {
    using T = decltype(of);
    constexpr bool kRounds = decltype(rounds)::value;
    FABRIC_LAUNCH((quantizeRows<T, kRounds>), grid, kRunThreads, 0, stream, static_cast<const T*>(source.data), source.rows, source.cols, source.threshold, size, q, stats, marks);
    return launched();
  });
}

/// The same by columns: codes where their elements are, and one scale a column. `largest` is room for 2 * cols words.
FABRIC_ENTRY fabric_cuda_int8_quantize_columns(FabricInt8Source source, int32_t* largest, int8_t* q, float* stats, void* stream) {
  if (source.cols == 0) return 0;
  const auto error = cudaMemsetAsync(largest, 0, static_cast<size_t>(source.cols) * 2 * sizeof(int32_t), static_cast<cudaStream_t>(stream));
  if (error != cudaSuccess) return static_cast<int>(error);
  const int64_t tiles = ceilDiv(source.cols, kTile), turns = source.rows < kWarps ? 1 : source.rows / kWarps;
  // Enough blocks for the GPU, and no more than a launch may have.
  const unsigned most = gridFor(tiles * turns, 2048 / kRunThreads);
  const int64_t share = most / tiles < 1 ? 1 : most / tiles;
  const dim3 grid(static_cast<unsigned>(tiles), static_cast<unsigned>(share < 65535 ? share : 65535));
  return withSource(source, [&](auto of, auto rounds) {
    using T = decltype(of);
    constexpr bool kRounds = decltype(rounds)::value;
    const auto* from = static_cast<const T*>(source.data);
    FABRIC_LAUNCH((largestOfColumns<T, kRounds>), grid, kRunThreads, 0, stream, from, source.rows, source.cols, source.threshold, largest);
    FABRIC_LAUNCH((quantizeColumns<T, kRounds>), grid, kRunThreads, 0, stream, from, source.rows, source.cols, source.threshold, largest, q, stats);
    return launched();
  });
}

/// to[r][c] = (q[r][c] * stats[r]) * (1 / 127); `q` is aligned to 8 bytes, `to` to 16.
FABRIC_ENTRY fabric_cuda_int8_dequantize(int element, const int8_t* q, int64_t rows, int64_t cols, const float* stats, void* to, void* stream) {
  const int64_t n = rows * cols;
  if (n == 0) return 0;
  const unsigned grid = gridFor(ceilDiv(n, int64_t{kRunThreads} * kCodes), 2048 / kRunThreads);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    FABRIC_LAUNCH(dequantize<T>, grid, kRunThreads, 0, stream, q, n, cols, stats, static_cast<T*>(to));
    return launched();
  });
}

}  // namespace fabric::cuda
