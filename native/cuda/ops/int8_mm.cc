// fabric::int8_linear_matmul, int8_mm_dequant and int8_scaled_mm on CUDA.
#include <ATen/ops/zeros.h>

#include "../kernels/entries_int8_mm.h"
#include "int8_codes.h"

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// Rows of a result [..., n].
int64_t rowsOf(const Tensor& out) { return c10::multiply_integers(out.sizes().slice(0, out.dim() - 1)); }

MaybeTensor wideBias(const MaybeTensor& bias) { return bias.has_value() ? MaybeTensor(bias->to(c10::kFloat).contiguous()) : bias; }
const float* floatsOf(const MaybeTensor& t) { return t.has_value() ? t->const_data_ptr<float>() : nullptr; }

/// Without the scales. `a` and `b` are aligned.
FabricInt8Product productOf(const Tensor& a, const Tensor& b, Tensor& out) {
  FabricInt8Product product{};
  product.a = a.const_data_ptr<int8_t>();
  product.b = b.const_data_ptr<int8_t>();
  product.m = rowsOf(out);
  product.n = b.size(0);
  product.k = b.size(1);
  product.y = out.mutable_data_ptr();
  return product;
}

Tensor matmul(const Tensor& left, const Tensor& right) {
  const OnDevice device(left);
  Tensor out = outputsOf<"fabric::int8_linear_matmul", decltype(matmul)>(left, right);
  const Tensor a = aligned(left), b = aligned(right);
  check(fabric_cuda_int8_matmul(productOf(a, b, out), device.stream()), "fabric::int8_linear_matmul");
  return out;
}

Tensor scaledMm(const Tensor& left, const Tensor& right, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype);

/// Longer sums than int32 holds: exact parts, added in float32.
Tensor scaledMmInParts(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, Tensor& out) {
  Tensor sum = at::zeros(out.sizes(), out.options().dtype(c10::kFloat));
  for (int64_t k = 0; k < b.size(1); k += kLongest) {
    const int64_t length = std::min(kLongest, b.size(1) - k);
    sum.add_(scaledMm(a.narrow(-1, k, length), b.narrow(1, k, length), rowStats, colStats, std::nullopt, c10::kFloat));
  }
  if (bias.has_value()) sum.add_(*bias);
  return out.copy_(sum);
}

Tensor scaledMm(const Tensor& left, const Tensor& right, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  const OnDevice device(left);
  // float64 is made of float32.
  Tensor out = outputsOf<"fabric::int8_scaled_mm", decltype(scaledMm)>(left, right, rowStats, colStats, bias, writable(dtype));
  if (right.size(1) > kLongest) return scaledMmInParts(left, right, rowStats, colStats, bias, out).to(dtype);
  const Tensor a = aligned(left), b = aligned(right), rows = rowStats.contiguous(), columns = colStats.contiguous();
  const MaybeTensor added = wideBias(bias);
  FabricInt8Product product = productOf(a, b, out);
  product.rowStats = rows.const_data_ptr<float>();
  product.colStats = columns.const_data_ptr<float>();
  product.bias = floatsOf(added);
  check(fabric_cuda_int8_scaled_mm(static_cast<int>(elementOf(out.scalar_type())), product, device.stream()), "fabric::int8_scaled_mm");
  return out.to(dtype);
}

Tensor mmDequant(const Tensor& product, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  const OnDevice device(product);
  Tensor out = outputsOf<"fabric::int8_mm_dequant", decltype(mmDequant)>(product, rowStats, colStats, bias, writable(dtype));
  const Tensor sums = product.contiguous(), rows = rowStats.contiguous(), columns = colStats.contiguous();
  const MaybeTensor added = wideBias(bias);
  check(fabric_cuda_int8_mm_dequant(static_cast<int>(elementOf(out.scalar_type())), sums.const_data_ptr<int32_t>(), rowsOf(out), out.size(-1), rows.const_data_ptr<float>(),
                                    columns.const_data_ptr<float>(), floatsOf(added), out.mutable_data_ptr(), device.stream()),
        "fabric::int8_mm_dequant");
  return out.to(dtype);
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("int8_linear_matmul", &matmul);
  m.impl("int8_mm_dequant", &mmDequant);
  m.impl("int8_scaled_mm", &scaledMm);
}

}  // namespace fabric::cuda
