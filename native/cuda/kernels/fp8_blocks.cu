// Numbers to FP8 codes with one scale for each block of a matrix. Two ways: blocks of one row and 8 to 256 columns, a power of two, are taken by lanes of
// a warp with their numbers in registers; all others by blocks of threads, which find the largest magnitude first and read again, from the caches.
#include "fp8.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
constexpr float kLargestFloat = 3.402823466e38f;

/// How a block's scale follows from its largest magnitude.
enum class Scaling { Float32 = 0, PowerOfTwo = 1, E8m0 = 2 };

struct Factors {
  float scale, inverse;
};

/// 2^exponent, for -127 to 127.
__device__ inline float powerOf(int exponent) { return __uint_as_float(exponent > -127 ? static_cast<uint32_t>(exponent + 127) << 23 : 0x400000u); }

/// The exponent of amax / largest code, rounded up (OCP Microscaling formats; tiny subnormals are not).
__device__ inline Factors microscale(Fp8 format, float most) {
  const float ratio = most * (1.0f / maxOf(format));
  const uint32_t bits = __float_as_uint(ratio), mantissa = bits & 0x7fffffu;
  int exponent = static_cast<int>(bits >> 23);
  if (exponent == 0xff) exponent = 0xfe;
  else if (mantissa > 0 && exponent != 0xfe && !(exponent == 0 && mantissa <= 0x400000u)) ++exponent;
  return {powerOf(127 - exponent), powerOf(exponent - 127)};
}

/// `largest`: the largest finite number of the tensor's type.
__device__ inline Factors factorsOf(Scaling scaling, Fp8 format, float most, float largest) {
  if (scaling == Scaling::E8m0) return microscale(format, most);
  float scale = most == 0 || most > kLargestFloat ? 1.0f : maxOf(format) / most;
  if (scale > kLargestFloat) scale = largest;
  if (scaling == Scaling::PowerOfTwo) scale = __uint_as_float(__float_as_uint(scale) & 0xff800000u);
  return {scale, 1.0f / scale};
}

struct Matrix {
  int64_t rows, cols;
};

/// Columns that a warp takes at once; runs lie inside.
constexpr int kSpan = 8 * kWarp;

/// `lanes`: those that share a run of 8 * `lanes` columns.
template <typename T, Fp8 format>
__global__ void __launch_bounds__(kThreads)
    castRuns(const T* __restrict__ x, Matrix size, int lanes, Scaling scaling, float largest, uint8_t* __restrict__ codes, float* __restrict__ inverse) {
  const bool isWide = size.cols % 8 == 0;
  const int lane = threadIdx.x % kWarp;
  const int64_t spans = ceilDiv(size.cols, kSpan), runs = ceilDiv(size.cols, int64_t{8} * lanes), stride = static_cast<int64_t>(gridDim.x) * (kThreads / kWarp);
  for (int64_t at = static_cast<int64_t>(blockIdx.x) * (kThreads / kWarp) + threadIdx.x / kWarp; at < size.rows * spans; at += stride) {
    const int64_t row = at / spans, start = (at - row * spans) * kSpan, column = start + lane * 8, from = row * size.cols + column;
    const bool isInside = column < size.cols;
    float values[8] = {};
    if (isInside && isWide) load8(x + from, values);
    else if (isInside) loadSome(x + from, size.cols - column, values);
    float most = grow(0, values);
    for (int with = lanes / 2; with > 0; with /= 2) most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, with));
    if (!isInside) continue;
    const Factors factors = factorsOf(scaling, format, most, largest);
    if (lane % lanes == 0) inverse[row * runs + start / (8 * lanes) + lane / lanes] = factors.inverse;
    const uint2 bytes = encodeScaled<format>(values, factors.scale);
    if (isWide) *reinterpret_cast<uint2*>(codes + from) = bytes;
    else storeSome(codes + from, size.cols - column, bytes);
  }
}

/// `lanes`: threads side by side, each with 8 columns; a power of two.
template <typename T, Fp8 format>
__global__ void __launch_bounds__(kThreads)
    castTiles(const T* __restrict__ x, Matrix size, Matrix of, int lanes, Scaling scaling, float largest, uint8_t* __restrict__ codes, float* __restrict__ inverse) {
  __shared__ uint32_t shared;
  const bool isWide = size.cols % 8 == 0 && of.cols % 8 == 0;
  const int64_t across = ceilDiv(size.cols, of.cols), down = ceilDiv(size.rows, of.rows);
  const int lane = threadIdx.x % lanes, line = threadIdx.x / lanes, lines = kThreads / lanes;
  const auto castOne = [&](int64_t i, int64_t j) {
    const int64_t top = i * of.rows, left = j * of.cols;
    const int64_t bottom = min(size.rows, top + of.rows), right = min(size.cols, left + of.cols);
    const auto each = [&](auto body) {
      for (int64_t row = top + line; row < bottom; row += lines)
        for (int64_t column = left + lane * 8; column < right; column += lanes * 8) {
          float values[8];
          const int64_t from = row * size.cols + column;
          if (isWide) load8(x + from, values);
          else loadSome(x + from, right - column, values);
          body(values, from, right - column);
        }
    };
    if (threadIdx.x == 0) shared = 0;
    __syncthreads();
    float most = 0;
    each([&](const float(&values)[8], int64_t, int64_t) { most = grow(most, values); });
    const uint32_t found = __reduce_max_sync(kAllLanes, __float_as_uint(most));
    if (threadIdx.x % kWarp == 0) atomicMax(&shared, found);
    __syncthreads();
    const Factors factors = factorsOf(scaling, format, __uint_as_float(shared), largest);
    if (threadIdx.x == 0) inverse[i * across + j] = factors.inverse;
    each([&](const float(&values)[8], int64_t at, int64_t count) {
      const uint2 bytes = encodeScaled<format>(values, factors.scale);
      if (isWide) *reinterpret_cast<uint2*>(codes + at) = bytes;
      else storeSome(codes + at, count, bytes);
    });
    __syncthreads();
  };
  for (int64_t i = blockIdx.y; i < down; i += gridDim.y)
    for (int64_t j = blockIdx.x; j < across; j += gridDim.x) castOne(i, j);
}

template <typename T, Fp8 format>
int castBlocks(Scaling scaling, float largest, const T* x, Matrix size, Matrix of, uint8_t* codes, float* inverse, void* stream) {
  const auto isPower = [](int64_t n) { return (n & (n - 1)) == 0; };
  if (of.rows == 1 && of.cols >= 8 && of.cols <= kSpan && isPower(of.cols)) {
    const int lanes = static_cast<int>(of.cols / 8);
    const unsigned grid = gridFor(ceilDiv(size.rows * ceilDiv(size.cols, kSpan), kThreads / kWarp), 8);
    FABRIC_LAUNCH((castRuns<T, format>), grid, kThreads, 0, stream, x, size, lanes, scaling, largest, codes, inverse);
  } else {
    int lanes = 1;
    while (lanes < kThreads && int64_t{lanes} * 8 < of.cols) lanes *= 2;
    const int64_t across = ceilDiv(size.cols, of.cols), down = ceilDiv(size.rows, of.rows);
    const unsigned most = gridFor(across * down, 8), wide = static_cast<unsigned>(across < most ? across : most), high = static_cast<unsigned>(down < most / wide ? down : most / wide);
    const dim3 grid(wide, high);
    FABRIC_LAUNCH((castTiles<T, format>), grid, kThreads, 0, stream, x, size, of, lanes, scaling, largest, codes, inverse);
  }
  return launched();
}

}  // namespace

/// `scaling` is a Scaling; `inverse` gets `[rows / blockRows, cols / blockCols]` numbers, rounded up.
FABRIC_ENTRY fabric_cuda_fp8_cast_blocks(int format, int element, int scaling, float largest, const void* x, int64_t rows, int64_t cols, int64_t blockRows, int64_t blockCols, void* codes,
                                         float* inverse, void* stream) {
  if (rows == 0 || cols == 0) return 0;
  // A block never needs to be larger than the matrix, and sums of sizes do not overflow.
  const Matrix size{rows, cols}, of{blockRows < rows ? blockRows : rows, blockCols < cols ? blockCols : cols};
  return withElement(static_cast<Element>(element), [&](auto type) {
    using T = decltype(type);
    const T* from = static_cast<const T*>(x);
    uint8_t* to = static_cast<uint8_t*>(codes);
    const Scaling kind = static_cast<Scaling>(scaling);
    return static_cast<Fp8>(format) == Fp8::E4M3 ? castBlocks<T, Fp8::E4M3>(kind, largest, from, size, of, to, inverse, stream)
                                                 : castBlocks<T, Fp8::E5M2>(kind, largest, from, size, of, to, inverse, stream);
  });
}

}  // namespace fabric::cuda
