// Numbers to FP8 codes, their largest magnitude and their transpose in one pass, and codes to numbers.
#include "fp8.h"
#include "tile8.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
/// Elements of a thread: 16 codes are one store.
constexpr int kEach = 16;

template <typename T, Fp8 format>
__global__ void __launch_bounds__(kThreads) cast(const T* __restrict__ x, int64_t n, const float* __restrict__ scale, float* history, uint8_t* __restrict__ codes, float* inverse) {
  const float factor = __ldg(scale);
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kThreads * kEach;
  float most = 0;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * kEach; at < n; at += stride) {
    if (at + kEach <= n) {
      float low[8], high[8];
      load8(x + at, low);
      load8(x + at + 8, high);
      most = grow(grow(most, low), high);
      const uint2 first = encodeScaled<format>(low, factor), second = encodeScaled<format>(high, factor);
      *reinterpret_cast<uint4*>(codes + at) = make_uint4(first.x, first.y, second.x, second.y);
    } else {
      for (int64_t i = at; i < n; ++i) {
        const float value = toFloat(x[i]);
        most = grow(most, value);
        codes[i] = static_cast<uint8_t>(encode(format, value * factor));
      }
    }
  }
  finishCast<kThreads>(most, factor, history, inverse);
}

template <typename T, Fp8 format>
__global__ void __launch_bounds__(kTileThreads)
    castTurned(const T* __restrict__ x, int64_t rows, int64_t cols, const float* __restrict__ scale, float* history, uint8_t* __restrict__ codes, uint8_t* __restrict__ turned, float* inverse) {
  const float factor = __ldg(scale);
  const bool isWide = cols % 8 == 0;
  float most = 0;
  turnTiles(rows, cols, turned, [&](int64_t row, int64_t column) {
    if (row >= rows || column >= cols) return make_uint2(0, 0);
    float values[8];
    if (isWide) load8(x + row * cols + column, values);
    else loadSome(x + row * cols + column, cols - column, values);
    most = grow(most, values);
    const uint2 bytes = encodeScaled<format>(values, factor);
    uint8_t* to = codes + row * cols + column;
    if (isWide) *reinterpret_cast<uint2*>(to) = bytes;
    else storeSome(to, cols - column, bytes);
    return bytes;
  });
  finishCast<kTileThreads>(most, factor, history, inverse);
}

__global__ void __launch_bounds__(kTileThreads) turn(const uint8_t* __restrict__ codes, int64_t rows, int64_t cols, uint8_t* __restrict__ turned) {
  const bool isWide = cols % 8 == 0;
  turnTiles(rows, cols, turned, [&](int64_t row, int64_t column) {
    uint2 bytes = make_uint2(0, 0);
    if (row >= rows || column >= cols) return bytes;
    const uint8_t* from = codes + row * cols + column;
    if (isWide) return *reinterpret_cast<const uint2*>(from);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const uint32_t byte = column + i < cols ? static_cast<uint32_t>(from[i]) << (8 * (i % 4)) : 0u;
      if (i < 4) bytes.x |= byte;
      else bytes.y |= byte;
    }
    return bytes;
  });
}

/// y = value of the code * inverse: rounded once to float32, once to the result's type.
template <typename T, Fp8 format>
__global__ void __launch_bounds__(kThreads) dequantize(const uint8_t* __restrict__ codes, const float* __restrict__ inverse, int64_t n, T* __restrict__ to) {
  const float scale = __ldg(inverse);
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kThreads * 8;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * 8; at < n; at += stride) {
    if (at + 8 <= n) {
      const uint2 bytes = *reinterpret_cast<const uint2*>(codes + at);
      constexpr int kPart = 16 / sizeof(T);
#pragma unroll
      for (int part = 0; part < 8; part += kPart) {
        Pack<T, kPart> values;
#pragma unroll
        for (int i = 0; i < kPart; ++i) values.at[i] = fromFloat<T>(decode(format, (part + i < 4 ? bytes.x : bytes.y) >> (8 * ((part + i) % 4)) & 0xffu) * scale);
        store(to + at + part, values);
      }
    } else {
      for (int64_t i = at; i < n; ++i) to[i] = fromFloat<T>(decode(format, codes[i]) * scale);
    }
  }
}

}  // namespace

/// `[rows, cols]` numbers, aligned to 16 bytes as all results are, to codes and, unless `turned` is null, their transpose. `scale` is one number; the largest
/// magnitude goes to `history`, one number too, unless that is null.
FABRIC_ENTRY fabric_cuda_fp8_cast(int format, int element, const void* x, int64_t rows, int64_t cols, const float* scale, float* history, void* codes, void* turned, float* inverse,
                                  void* stream) {
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const T* from = static_cast<const T*>(x);
    uint8_t *to = static_cast<uint8_t*>(codes), *across = static_cast<uint8_t*>(turned);
    const bool isE4m3 = static_cast<Fp8>(format) == Fp8::E4M3;
    // Also for no elements: the inverse of the scale is written.
    if (turned != nullptr) {
      const unsigned grid = gridFor(tilesOf(rows, cols), 8);
      if (isE4m3) FABRIC_LAUNCH((castTurned<T, Fp8::E4M3>), grid, kTileThreads, 0, stream, from, rows, cols, scale, history, to, across, inverse);
      else FABRIC_LAUNCH((castTurned<T, Fp8::E5M2>), grid, kTileThreads, 0, stream, from, rows, cols, scale, history, to, across, inverse);
    } else {
      const unsigned grid = gridFor(ceilDiv(rows * cols, int64_t{kThreads} * kEach), 8);
      if (isE4m3) FABRIC_LAUNCH((cast<T, Fp8::E4M3>), grid, kThreads, 0, stream, from, rows * cols, scale, history, to, inverse);
      else FABRIC_LAUNCH((cast<T, Fp8::E5M2>), grid, kThreads, 0, stream, from, rows * cols, scale, history, to, inverse);
    }
    return launched();
  });
}

FABRIC_ENTRY fabric_cuda_fp8_transpose(const void* codes, int64_t rows, int64_t cols, void* turned, void* stream) {
  if (rows == 0 || cols == 0) return 0;
  FABRIC_LAUNCH(turn, gridFor(tilesOf(rows, cols), 8), kTileThreads, 0, stream, static_cast<const uint8_t*>(codes), rows, cols, static_cast<uint8_t*>(turned));
  return launched();
}

FABRIC_ENTRY fabric_cuda_fp8_dequantize(int format, int element, const void* codes, const float* inverse, int64_t n, void* to, void* stream) {
  if (n == 0) return 0;
  const unsigned grid = gridFor(ceilDiv(n, int64_t{kThreads} * 8), 16);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const auto* bytes = static_cast<const uint8_t*>(codes);
    auto* values = static_cast<T*>(to);
    if (static_cast<Fp8>(format) == Fp8::E4M3) FABRIC_LAUNCH((dequantize<T, Fp8::E4M3>), grid, kThreads, 0, stream, bytes, inverse, n, values);
    else FABRIC_LAUNCH((dequantize<T, Fp8::E5M2>), grid, kThreads, 0, stream, bytes, inverse, n, values);
    return launched();
  });
}

}  // namespace fabric::cuda
