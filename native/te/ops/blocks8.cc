// fabric::fp8_cast_blocks: codes with one scale for each block of a matrix.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "fp8.h"

namespace fabric::te {
namespace {

/// How a block's scale follows from its largest magnitude.
enum class Scaling { Float32, PowerOfTwo, E8m0 };

Scaling scalingOf(c10::string_view name) {
  if (name == "float32") return Scaling::Float32;
  if (name == "power_of_two") return Scaling::PowerOfTwo;
  if (name == "e8m0") return Scaling::E8m0;
  TORCH_CHECK_VALUE(false, "expected \"float32\", \"power_of_two\" or \"e8m0\" as scaling but received \"", name, "\"");
}

uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
float floatOf(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// The largest finite value of what was cast.
float largestOf(c10::ScalarType dtype) {
  if (dtype == c10::kHalf) return 65504.0f;
  return dtype == c10::kBFloat16 ? 0x1.fep127f : std::numeric_limits<float>::max();
}

/// 2^exponent, for -149 to 127.
float powerOf(int exponent) { return std::ldexp(1.0f, exponent); }

struct Factors {
  float scale, inverse;
};

/// The exponent of amax / largest code, rounded up (OCP Microscaling formats; tiny subnormals are not).
Factors microscale(float amax, Fp8 format) {
  const float ratio = amax * (1.0f / maxOf(format));
  int exponent;
  if (std::isinf(ratio)) exponent = 0xfe;
  else {
    const uint32_t bits = bitsOf(ratio), mantissa = bits & 0x7fffffu;
    exponent = static_cast<int>(bits >> 23);
    if (mantissa > 0 && exponent != 0xfe && !(exponent == 0 && mantissa <= 0x400000u)) ++exponent;
  }
  return {powerOf(127 - exponent), powerOf(exponent - 127)};
}

Factors factorsOf(Scaling scaling, Fp8 format, float amax, float largest) {
  if (scaling == Scaling::E8m0) return microscale(amax, format);
  float scale = amax == 0 || std::isinf(amax) ? 1.0f : maxOf(format) / amax;
  if (std::isinf(scale)) scale = largest;
  if (scaling == Scaling::PowerOfTwo) scale = floatOf(bitsOf(scale) & 0xff800000u);
  return {scale, 1.0f / scale};
}

std::tuple<Tensor, Tensor> emptyBlocks(const Tensor& x, int64_t blockRows, int64_t blockCols, c10::ScalarType dtype) {
  formatOf(dtype);
  checkFloating(x);
  TORCH_CHECK_VALUE(x.dim() == 2, "expected a matrix but its shape is ", x.sizes());
  TORCH_CHECK_VALUE(blockRows > 0 && blockCols > 0, "expected positive sizes of blocks but received ", blockRows, " and ", blockCols);
  const auto options = x.options().memory_format(std::nullopt);
  return {at::empty(x.sizes(), options.dtype(dtype)), at::empty({ceilDiv(x.size(0), blockRows), ceilDiv(x.size(1), blockCols)}, options.dtype(c10::kFloat))};
}

std::tuple<Tensor, Tensor> castBlocks(const Tensor& x, int64_t blockRows, int64_t blockCols, c10::ScalarType dtype, c10::string_view scaling) {
  auto [codes, inverse] = emptyBlocks(x, blockRows, blockCols, dtype);
  const Scaling kind = scalingOf(scaling);
  const Fp8 format = formatOf(dtype);
  const Tensor source = readable(x);
  const Element element = elementOf(source.scalar_type());
  const float largest = largestOf(x.scalar_type());
  const int64_t size = static_cast<int64_t>(source.element_size()), rows = x.size(0), cols = x.size(1), across = inverse.size(1);
  const char* from = static_cast<const char*>(source.const_data_ptr());
  uint8_t* to = static_cast<uint8_t*>(codes.mutable_data_ptr());
  float* scales = inverse.mutable_data_ptr<float>();
  at::parallel_for(0, inverse.numel(), std::max<int64_t>(1, kGrain / (blockRows * blockCols)), [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t top = block / across * blockRows, left = block % across * blockCols;
      const int64_t bottom = std::min(rows, top + blockRows), n = std::min(blockCols, cols - left);
      float most = 0;
      for (int64_t row = top; row < bottom; ++row) most = std::max(most, cast8().amax(element, from + (row * cols + left) * size, n));
      const Factors factors = factorsOf(kind, format, most, largest);
      scales[block] = factors.inverse;
      for (int64_t row = top; row < bottom; ++row) cast8().encode(format, element, from + (row * cols + left) * size, n, factors.scale, to + row * cols + left);
    }
  });
  return {codes, inverse};
}

std::tuple<Tensor, Tensor> castBlocksMeta(const Tensor& x, int64_t blockRows, int64_t blockCols, c10::ScalarType dtype, c10::string_view scaling) {
  scalingOf(scaling);
  return emptyBlocks(x, blockRows, blockCols, dtype);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("fp8_cast_blocks(Tensor x, int block_rows, int block_cols, ScalarType dtype, str scaling) -> (Tensor codes, Tensor scale_inv)");
  implMissing(m, "fp8_cast_blocks");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) { m.impl("fp8_cast_blocks", &castBlocks); }

TORCH_LIBRARY_IMPL(fabric, Meta, m) { m.impl("fp8_cast_blocks", &castBlocksMeta); }

}  // namespace fabric::te
