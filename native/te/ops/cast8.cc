// fabric::fp8_cast, fabric::fp8_dequantize and what finds scales: fabric::fp8_amax, fabric::fp8_current_scale.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <atomic>
#include <cmath>
#include <limits>

#include "fp8.h"

namespace fabric::te {
namespace {

using MaybeTensor = std::optional<Tensor>;

void raise(std::atomic<float>& most, float value) {
  float known = most.load(std::memory_order_relaxed);
  while (value > known && !most.compare_exchange_weak(known, value, std::memory_order_relaxed)) {
  }
}

/// Rows of a transposing cast that are turned together while they are in the caches.
constexpr int64_t kRows = 32;

/// Codes that a cast of one tensor writes past the caches: nobody would find the first of them there.
constexpr int64_t kStreamed = 8 << 20;

struct Shape {
  int64_t rows, cols;
};
/// Leading dimensions in one.
Shape flat(const Tensor& x) {
  const int64_t cols = x.dim() == 0 ? 1 : x.size(-1);
  return {cols == 0 ? 0 : x.numel() / cols, cols};
}

void checkCast(const Tensor& x, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype) {
  formatOf(dtype);
  checkFloating(x);
  checkOneDevice(x, scale, history);
  TORCH_CHECK_TYPE(scale.scalar_type() == c10::kFloat, "expected float32 as the dtype of scale but received ", scale.scalar_type());
  TORCH_CHECK_VALUE(scale.dim() == 1 && scale.is_contiguous() && slot >= 0 && slot < scale.numel(), "expected a scale of more than ", slot,
                    " elements in one dimension but its shape is ", scale.sizes());
  if (!history.has_value()) return;
  TORCH_CHECK_TYPE(history->scalar_type() == c10::kFloat, "expected float32 as the dtype of history but received ", history->scalar_type());
  TORCH_CHECK_VALUE(history->dim() == 2 && history->is_contiguous() && history->size(0) > 0 && history->size(1) == scale.numel(),
                    "expected a contiguous history of [length, ", scale.numel(), "] but its shape is ", history->sizes());
}

std::tuple<Tensor, Tensor, Tensor> emptyCast(const Tensor& x, const Tensor& scale, c10::ScalarType dtype, bool transpose) {
  const Shape shape = flat(x);
  const auto options = x.options().dtype(dtype).memory_format(std::nullopt);
  return {at::empty(x.sizes(), options), transpose ? at::empty({shape.cols, shape.rows}, options) : at::empty({0}, options), at::empty({1}, scale.options())};
}

std::tuple<Tensor, Tensor, Tensor> cast(const Tensor& x, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype, bool transpose) {
  checkCast(x, scale, slot, history, dtype);
  auto [codes, turned, inverse] = emptyCast(x, scale, dtype, transpose);
  const Fp8 format = formatOf(dtype);
  const Tensor source = readable(x);
  const Element element = elementOf(source.scalar_type());
  const char* from = static_cast<const char*>(source.const_data_ptr());
  uint8_t* to = static_cast<uint8_t*>(codes.mutable_data_ptr());
  const float factor = scale.const_data_ptr<float>()[slot];
  const int64_t size = static_cast<int64_t>(source.element_size());
  const auto [rows, cols] = flat(x);
  std::atomic<float> most{0.0f};
  if (transpose) {
    uint8_t* across = static_cast<uint8_t*>(turned.mutable_data_ptr());
    at::parallel_for(0, ceilDiv(rows, kRows), std::max<int64_t>(1, kGrain / std::max<int64_t>(1, kRows * cols)), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin * kRows; row < std::min(rows, end * kRows); row += kRows) {
        const int64_t count = std::min(kRows, rows - row);
        raise(most, cast8().encode(format, element, from + row * cols * size, count * cols, factor, to + row * cols));
        transpose8(to + row * cols, cols, count, cols, across + row, rows);
      }
    });
  } else {
    const auto encode = source.numel() >= kStreamed ? cast8().encodeStreamed : cast8().encode;
    at::parallel_for(0, source.numel(), kGrain, [&](int64_t begin, int64_t end) {
      raise(most, encode(format, element, from + begin * size, end - begin, factor, to + begin));
    });
  }
  if (history.has_value()) {
    float& collected = history->mutable_data_ptr<float>()[slot];
    const float now = most.load();
    // Also in the place of a NaN.
    if (!(collected >= now)) collected = now;
  }
  inverse.mutable_data_ptr<float>()[0] = 1.0f / factor;
  return {codes, turned, inverse};
}

std::tuple<Tensor, Tensor, Tensor> castMeta(const Tensor& x, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype, bool transpose) {
  checkCast(x, scale, slot, history, dtype);
  return emptyCast(x, scale, dtype, transpose);
}

Tensor emptyValues(const Tensor& codes, const Tensor& scaleInv, c10::ScalarType dtype) {
  formatOf(codes.scalar_type());
  checkOneDevice(codes, scaleInv);
  checkScalar(scaleInv, "scale_inv");
  TORCH_CHECK_TYPE(c10::isFloatingType(dtype), "expected float32, float16, bfloat16 or float64 as dtype but received ", dtype);
  return at::empty(codes.sizes(), codes.options().dtype(writable(dtype)));
}

Tensor dequantize(const Tensor& codes, const Tensor& scaleInv, c10::ScalarType dtype) {
  Tensor out = emptyValues(codes, scaleInv, dtype);
  decodeInto(codes.contiguous(), scaleInv.item<float>(), out);
  return out.to(dtype);
}

Tensor dequantizeMeta(const Tensor& codes, const Tensor& scaleInv, c10::ScalarType dtype) { return emptyValues(codes, scaleInv, dtype).to(dtype); }

Tensor amax(const Tensor& x) {
  const Tensor source = readable(x);
  Tensor out = at::empty({1}, source.options().dtype(c10::kFloat));
  out.mutable_data_ptr<float>()[0] = amaxOf(source);
  return out;
}

Tensor amaxMeta(const Tensor& x) {
  checkFloating(x);
  return at::empty({1}, x.options().dtype(c10::kFloat));
}

/// 2 to the largest power not above `x`, which is positive and normal.
float powerOfTwo(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= 0xff800000u;
  std::memcpy(&x, &bits, sizeof bits);
  return x;
}

Tensor currentScale(const Tensor& x, c10::ScalarType dtype, bool isPowerOfTwo, double epsilon) {
  const Fp8 format = formatOf(dtype);
  Tensor out = amax(x);
  float& value = out.mutable_data_ptr<float>()[0];
  const float most = std::max(value, static_cast<float>(epsilon));
  float scale = most == 0 || !std::isfinite(most) ? 1.0f : maxOf(format) / most;
  if (std::isinf(scale)) scale = std::numeric_limits<float>::max();
  value = isPowerOfTwo ? powerOfTwo(scale) : scale;
  return out;
}

Tensor currentScaleMeta(const Tensor& x, c10::ScalarType dtype, bool isPowerOfTwo, double epsilon) {
  formatOf(dtype);
  return amaxMeta(x);
}

}  // namespace

float amaxOf(const Tensor& source) {
  const Element element = elementOf(source.scalar_type());
  const char* from = static_cast<const char*>(source.const_data_ptr());
  const int64_t size = static_cast<int64_t>(source.element_size());
  std::atomic<float> most{0.0f};
  at::parallel_for(0, source.numel(), kGrain, [&](int64_t begin, int64_t end) { raise(most, cast8().amax(element, from + begin * size, end - begin)); });
  return most.load();
}

void decodeInto(const Tensor& codes, float scale, Tensor& out) {
  const Fp8 format = formatOf(codes.scalar_type());
  const Element element = elementOf(out.scalar_type());
  const uint8_t* from = static_cast<const uint8_t*>(codes.const_data_ptr());
  char* to = static_cast<char*>(out.mutable_data_ptr());
  const int64_t size = static_cast<int64_t>(out.element_size());
  at::parallel_for(0, out.numel(), kGrain, [&](int64_t begin, int64_t end) { cast8().decode(format, from + begin, end - begin, scale, element, to + begin * size); });
}

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def(
      "fp8_cast(Tensor x, Tensor scale, int slot, Tensor(a!)? history, ScalarType dtype, bool transpose=False) -> (Tensor codes, Tensor transposed, Tensor scale_inv)");
  m.def("fp8_dequantize(Tensor codes, Tensor scale_inv, ScalarType dtype) -> Tensor");
  m.def("fp8_amax(Tensor x) -> Tensor");
  m.def("fp8_current_scale(Tensor x, ScalarType dtype, bool power_of_two=False, float epsilon=0.) -> Tensor");
  for (const char* name : {"fp8_cast", "fp8_dequantize", "fp8_amax", "fp8_current_scale"}) implMissing(m, name);
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("fp8_cast", &cast);
  m.impl("fp8_dequantize", &dequantize);
  m.impl("fp8_amax", &amax);
  m.impl("fp8_current_scale", &currentScale);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("fp8_cast", &castMeta);
  m.impl("fp8_dequantize", &dequantizeMeta);
  m.impl("fp8_amax", &amaxMeta);
  m.impl("fp8_current_scale", &currentScaleMeta);
}

}  // namespace fabric::te
