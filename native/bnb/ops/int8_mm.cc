// fabric::int8_linear_matmul, int8_mm_dequant and int8_scaled_mm: exact products of codes, and their values.
#include "../kernels/int8_mm.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <vector>

#include "../kernels/int8_codes.h"
#include "int8.h"

namespace fabric::bnb {
namespace {

/// Blocks of the result, for one task: rows of A and rows of B that stay in a second-level cache together.
constexpr int64_t kRows = 48, kColumns = 64;
/// Length of sums that fit 32 bits whatever the codes are.
constexpr int64_t kLongest = 131071;

int64_t rowsOf(const Tensor& a) { return a.numel() == 0 ? c10::multiply_integers(a.sizes().slice(0, a.dim() - 1)) : a.numel() / a.size(-1); }

std::vector<int64_t> resultSizes(const Tensor& a, int64_t n) {
  std::vector<int64_t> sizes = a.sizes().vec();
  sizes.back() = n;
  return sizes;
}

void checkFactors(const Tensor& a, const Tensor& b) {
  checkOneDevice(a, b);
  TORCH_CHECK_TYPE(a.scalar_type() == c10::kChar && b.scalar_type() == c10::kChar, "expected int8 as the dtype of A and B but received ", a.scalar_type(), " and ",
                   b.scalar_type());
  TORCH_CHECK_VALUE(a.dim() >= 1 && b.dim() == 2 && a.size(-1) == b.size(1), "expected A of [..., K] and B of [N, K] but received ", a.sizes(), " and ", b.sizes());
}

void checkStats(const Tensor& product, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, int64_t m, int64_t n, c10::ScalarType dtype) {
  checkOneDevice(product, rowStats, colStats, bias);
  TORCH_CHECK_TYPE(rowStats.scalar_type() == c10::kFloat && colStats.scalar_type() == c10::kFloat, "expected float32 as the dtype of row_stats and col_stats but received ",
                   rowStats.scalar_type(), " and ", colStats.scalar_type());
  TORCH_CHECK_VALUE(rowStats.numel() == m && colStats.numel() == n, "expected ", m, " row_stats and ", n, " col_stats but received ", rowStats.numel(), " and ", colStats.numel());
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->numel() == n), "expected a bias of [", n, "] but received ", bias.has_value() ? bias->sizes() : at::IntArrayRef());
  TORCH_CHECK_TYPE(!bias.has_value() || c10::isFloatingType(bias->scalar_type()), "expected a floating bias");
  TORCH_CHECK_TYPE(c10::isFloatingType(dtype), "expected float32, float16, bfloat16 or float64 as dtype but received ", dtype);
}

/// Calls take(row, column, columns, sums) for each row of each block of the product.
template <typename Take>
void multiplyBlocks(const Tensor& left, const Tensor& right, int64_t m, int64_t n, int64_t k, const Take& take) {
  const Int8Mm& kernel = int8Mm();
  const Tensor a = left.contiguous(), b = right.contiguous();
  std::vector<char> prepared(static_cast<size_t>(m * k * kernel.preparedSize));
  const int8_t *from = a.const_data_ptr<int8_t>(), *weights = b.const_data_ptr<int8_t>();
  at::parallel_for(0, m, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, k)), [&](int64_t begin, int64_t end) {
    kernel.prepare(from + begin * k, (end - begin) * k, prepared.data() + begin * k * kernel.preparedSize);
  });
  const int64_t down = ceilDiv(m, kRows), across = ceilDiv(n, kColumns);
  const int64_t grain = std::max<int64_t>(1, 1'000'000 / std::max<int64_t>(1, std::min(m, kRows) * kColumns * k));
  at::parallel_for(0, down * across, grain, [&](int64_t begin, int64_t end) {
    int32_t sums[kRows * kColumns];
    for (int64_t block = begin; block < end; ++block) {
      const int64_t row = block % down * kRows, column = block / down * kColumns;
      const int64_t rows = std::min(kRows, m - row), columns = std::min(kColumns, n - column);
      kernel.multiply(prepared.data() + row * k * kernel.preparedSize, rows, weights + column * k, columns, k, sums, kColumns);
      for (int64_t i = 0; i < rows; ++i) take(row + i, column, columns, sums + i * kColumns);
    }
  });
}

void checkLength(const Tensor& b) {
  TORCH_CHECK_VALUE(b.size(1) <= kLongest, "expected K of at most ", kLongest, ", where sums fit int32, but received ", b.size(1), "; use int8_scaled_mm");
}

Tensor matmul(const Tensor& a, const Tensor& b) {
  checkFactors(a, b);
  checkLength(b);
  const int64_t n = b.size(0);
  Tensor out = at::empty(resultSizes(a, n), a.options().dtype(c10::kInt));
  int32_t* to = out.mutable_data_ptr<int32_t>();
  multiplyBlocks(a, b, rowsOf(a), n, b.size(1), [&](int64_t row, int64_t column, int64_t columns, const int32_t* sums) { std::copy(sums, sums + columns, to + row * n + column); });
  return out;
}

Tensor matmulMeta(const Tensor& a, const Tensor& b) {
  checkFactors(a, b);
  checkLength(b);
  return at::empty(resultSizes(a, b.size(0)), a.options().dtype(c10::kInt));
}

MaybeTensor wideBias(const MaybeTensor& bias) { return bias.has_value() ? MaybeTensor(bias->to(c10::kFloat).contiguous()) : bias; }

Tensor scaledMm(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype);

/// Longer sums than int32 holds: exact parts, added in float32.
Tensor scaledMmInParts(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  Tensor out = at::zeros(resultSizes(a, b.size(0)), a.options().dtype(c10::kFloat));
  for (int64_t k = 0; k < b.size(1); k += kLongest) {
    const int64_t length = std::min(kLongest, b.size(1) - k);
    out.add_(scaledMm(a.narrow(-1, k, length), b.narrow(1, k, length), rowStats, colStats, std::nullopt, c10::kFloat));
  }
  if (bias.has_value()) out.add_(*bias);
  return out.to(dtype);
}

Tensor scaledMm(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  checkFactors(a, b);
  const int64_t m = rowsOf(a), n = b.size(0);
  checkStats(a, rowStats, colStats, bias, m, n, dtype);
  if (b.size(1) > kLongest) return scaledMmInParts(a, b, rowStats, colStats, bias, dtype);
  Tensor out = at::empty(resultSizes(a, n), a.options().dtype(writable(dtype)));
  const Tensor rows = rowStats.contiguous(), columns = colStats.contiguous();
  const MaybeTensor added = wideBias(bias);
  const float *rowScale = rows.const_data_ptr<float>(), *columnScale = columns.const_data_ptr<float>();
  const float* plus = added.has_value() ? added->const_data_ptr<float>() : nullptr;
  const Element element = elementOf(out.scalar_type());
  const int64_t size = static_cast<int64_t>(out.element_size());
  char* to = static_cast<char*>(out.mutable_data_ptr());
  multiplyBlocks(a, b, m, n, b.size(1), [&](int64_t row, int64_t column, int64_t count, const int32_t* sums) {
    int8Codes().scale(sums, rowScale[row], columnScale + column, plus == nullptr ? nullptr : plus + column, count, element, to + (row * n + column) * size);
  });
  return out.scalar_type() == dtype ? out : out.to(dtype);
}

Tensor scaledMmMeta(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  checkFactors(a, b);
  checkStats(a, rowStats, colStats, bias, rowsOf(a), b.size(0), dtype);
  return at::empty(resultSizes(a, b.size(0)), a.options().dtype(dtype));
}

void checkSums(const Tensor& sums, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  TORCH_CHECK_TYPE(sums.scalar_type() == c10::kInt, "expected int32 as the dtype of A but received ", sums.scalar_type());
  TORCH_CHECK_VALUE(sums.dim() >= 1, "expected A of at least one dimension but received a scalar");
  checkStats(sums, rowStats, colStats, bias, rowsOf(sums), sums.size(-1), dtype);
}

Tensor mmDequant(const Tensor& product, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  checkSums(product, rowStats, colStats, bias, dtype);
  Tensor out = at::empty(product.sizes(), product.options().dtype(writable(dtype)));
  const Tensor sums = product.contiguous(), rows = rowStats.contiguous(), columns = colStats.contiguous();
  const MaybeTensor added = wideBias(bias);
  const int64_t n = product.size(-1), width = n * static_cast<int64_t>(out.element_size());
  const float* plus = added.has_value() ? added->const_data_ptr<float>() : nullptr;
  const int32_t* from = sums.const_data_ptr<int32_t>();
  const float *rowScale = rows.const_data_ptr<float>(), *columnScale = columns.const_data_ptr<float>();
  const Element element = elementOf(out.scalar_type());
  char* to = static_cast<char*>(out.mutable_data_ptr());
  at::parallel_for(0, rowsOf(product), std::max<int64_t>(1, 16384 / std::max<int64_t>(1, n)), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) int8Codes().scale(from + row * n, rowScale[row], columnScale, plus, n, element, to + row * width);
  });
  return out.scalar_type() == dtype ? out : out.to(dtype);
}

Tensor mmDequantMeta(const Tensor& product, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  checkSums(product, rowStats, colStats, bias, dtype);
  return at::empty(product.sizes(), product.options().dtype(dtype));
}

}  // namespace

Tensor callScaledMm(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype) {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::int8_scaled_mm", "").typed<decltype(scaledMm)>();
  return op.call(a, b, rowStats, colStats, bias, dtype);
}

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("int8_linear_matmul(Tensor A, Tensor B) -> Tensor");
  m.def("int8_mm_dequant(Tensor A, Tensor row_stats, Tensor col_stats, Tensor? bias, ScalarType dtype) -> Tensor");
  m.def("int8_scaled_mm(Tensor A, Tensor B, Tensor row_stats, Tensor col_stats, Tensor? bias, ScalarType dtype) -> Tensor");
  for (const char* name : {"int8_linear_matmul", "int8_mm_dequant", "int8_scaled_mm"}) implMissing(m, name);
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("int8_linear_matmul", &matmul);
  m.impl("int8_mm_dequant", &mmDequant);
  m.impl("int8_scaled_mm", &scaledMm);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("int8_linear_matmul", &matmulMeta);
  m.impl("int8_mm_dequant", &mmDequantMeta);
  m.impl("int8_scaled_mm", &scaledMmMeta);
}

}  // namespace fabric::bnb
