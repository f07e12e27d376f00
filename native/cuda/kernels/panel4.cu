// A rectangle of a 4-bit weight as numbers, for products that are libtorch's.
#include "element.h"
#include "lanes4.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
/// Elements of a row that a thread makes.
constexpr int kEach = 8;

__device__ inline float roundTo(Element element, float value) {
  if (element == Element::Float16) return toFloat(fromFloat<Half>(value));
  return element == Element::BFloat16 ? toFloat(fromFloat<BFloat16>(value)) : value;
}

/// `isWhole`: the pieces of a thread begin with a whole number of bytes and with a vector of the result.
template <typename T>
__global__ void __launch_bounds__(kThreads) makePanel(Code4 code, const uint8_t* __restrict__ packed, FabricScales4 scales, int shift, Element rounding, int64_t k, int64_t n0,
                                                      int64_t rows, int64_t k0, int64_t width, bool isWhole, T* __restrict__ to) {
  __shared__ float table[kLaneTable4];
  fillLaneTable4(code, table);
  __syncthreads();
  const float* column = table + threadIdx.x % kWarp;
  const int64_t pieces = ceilDiv(width, kEach), stride = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t at = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; at < rows * pieces; at += stride) {
    const int64_t row = at / pieces, first = at % pieces * kEach, flat = (n0 + row) * k + k0 + first;
    T* out = to + row * width + first;
    if (isWhole) {
      const uint32_t bytes = *reinterpret_cast<const uint32_t*>(packed + flat / 2);
      const float scale = scaleOf(scales, flat >> shift);
      Pack<T, kEach> values;
#pragma unroll
      for (int i = 0; i < kEach; ++i) values.at[i] = fromFloat<T>(roundTo(rounding, decode4(column, bytes, i) * scale));
      store(out, values);
    } else {
      for (int i = 0; i < kEach && first + i < width; ++i) {
        const int64_t element = flat + i;
        const float value = decode4(column, packed[element / 2], static_cast<int>(element % 2));
        out[i] = fromFloat<T>(roundTo(rounding, value * scaleOf(scales, element >> shift)));
      }
    }
  }
}

}  // namespace

FABRIC_ENTRY fabric_cuda_panel_4bit(int element, int rounding, const FabricWeight4* weight, int64_t n0, int64_t rows, int64_t k0, int64_t width, void* to, void* stream) {
  const FabricWeight4 w = *weight;
  if (rows * width == 0) return 0;
  const bool isWhole = w.k % kEach == 0 && k0 % kEach == 0 && width % kEach == 0;
  const unsigned grid = gridFor(ceilDiv(rows * ceilDiv(width, kEach), kThreads), 16);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    FABRIC_LAUNCH(makePanel<T>, grid, kThreads, 0, stream, static_cast<Code4>(w.code), static_cast<const uint8_t*>(w.packed), w.scales, shiftOf(w.blocksize),
                  static_cast<Element>(rounding), w.k, n0, rows, k0, width, isWhole, static_cast<T*>(to));
    return launched();
  });
}

}  // namespace fabric::cuda
