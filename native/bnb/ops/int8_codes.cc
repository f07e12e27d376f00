// fabric::int8_vectorwise_quant, int8_vectorwise_dequant and int8_double_quant.
#include "../kernels/int8_codes.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <mutex>
#include <vector>

#include "int8.h"

namespace fabric::bnb {
namespace {

/// Elements that are worth a thread.
constexpr int64_t kGrain = 16384;

void checkMatrix(const Tensor& a, double threshold) {
  TORCH_CHECK_TYPE(c10::isFloatingType(a.scalar_type()), "expected a tensor of float32, float16, bfloat16 or float64 but received ", a.scalar_type());
  TORCH_CHECK_VALUE(a.dim() >= 1, "expected a tensor of at least one dimension but received a scalar");
  TORCH_CHECK_VALUE(threshold >= 0, "expected a threshold of at least 0 but received ", threshold);
}

int64_t rowsOf(const Tensor& a) {
  int64_t rows = 1;
  for (int64_t i = 0; i + 1 < a.dim(); ++i) rows *= a.size(i);
  return rows;
}

/// The threshold as the dtype has it in which elements are compared.
float thresholdIn(c10::ScalarType dtype, double threshold) {
  const float t = static_cast<float>(threshold);
  if (dtype == c10::kHalf) return static_cast<float>(c10::Half(t));
  if (dtype == c10::kBFloat16) return static_cast<float>(c10::BFloat16(t));
  return t;
}

Int8Source sourceOf(const Tensor& a, double threshold, bool roundHalf) {
  const int64_t cols = a.size(-1);
  return {elementOf(a.scalar_type()), a.const_data_ptr(), rowsOf(a), cols, thresholdIn(roundHalf ? c10::kHalf : a.scalar_type(), threshold), roundHalf};
}

Tensor codesLike(const Tensor& a) { return at::empty(a.sizes(), a.options().dtype(c10::kChar).memory_format(c10::MemoryFormat::Contiguous)); }

/// Indices of the columns that are marked, ascending.
Tensor listOf(const std::vector<uint8_t>& columns) {
  std::vector<int64_t> marked;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i] != 0) marked.push_back(static_cast<int64_t>(i));
  return at::tensor(marked, at::TensorOptions().dtype(c10::kLong));
}

void zeroColumns(Tensor& q, int64_t rows, int64_t cols, const Tensor& list) {
  const int64_t count = list.numel();
  if (count == 0) return;
  const int64_t* at = list.const_data_ptr<int64_t>();
  int8_t* codes = q.mutable_data_ptr<int8_t>();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < count; ++i) codes[row * cols + at[i]] = 0;
}

std::tuple<Tensor, Tensor, MaybeTensor> vectorwise(const Tensor& a, double threshold, bool roundHalf) {
  checkMatrix(a, threshold);
  const Tensor from = readable(a);
  const Int8Source source = sourceOf(from, threshold, roundHalf);
  Tensor q = codesLike(a), stats = at::empty({source.rows}, a.options().dtype(c10::kFloat));
  int8_t* codes = q.mutable_data_ptr<int8_t>();
  float* most = stats.mutable_data_ptr<float>();
  std::vector<uint8_t> columns(threshold > 0 ? static_cast<size_t>(source.cols) : 0);
  std::mutex mutex;
  at::parallel_for(0, source.rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, source.cols)), [&](int64_t begin, int64_t end) {
    std::vector<uint8_t> own(columns.size());
    int8Codes().quantizeRows(source, begin, end, codes, most, own.empty() ? nullptr : own.data());
    if (own.empty()) return;
    const std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = 0; i < own.size(); ++i) columns[i] |= own[i];
  });
  if (threshold <= 0) return {q, stats, std::nullopt};
  const Tensor list = listOf(columns);
  // A single row has no other element in those columns.
  if (source.rows > 1) zeroColumns(q, source.rows, source.cols, list);
  return {q, stats, list};
}

std::tuple<Tensor, Tensor, MaybeTensor> vectorwiseMeta(const Tensor& a, double threshold, bool roundHalf) {
  checkMatrix(a, threshold);
  MaybeTensor list;
  if (threshold > 0) list = at::empty({0}, a.options().dtype(c10::kLong));
  return {codesLike(a), at::empty({rowsOf(a)}, a.options().dtype(c10::kFloat)), list};
}

std::tuple<Tensor, Tensor, Tensor, Tensor, MaybeTensor> both(const Tensor& a, double threshold, bool roundHalf) {
  auto [rowCodes, rowStats, list] = vectorwise(a, threshold, roundHalf);
  const Tensor from = readable(a);
  const Int8Source source = sourceOf(from, threshold, roundHalf);
  Tensor q = codesLike(a), stats = at::empty({source.cols}, a.options().dtype(c10::kFloat));
  int8_t* codes = q.mutable_data_ptr<int8_t>();
  float* most = stats.mutable_data_ptr<float>();
  // Runs of columns that are whole cache lines.
  const int64_t width = 64, runs = ceilDiv(source.cols, width);
  at::parallel_for(0, runs, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, source.rows * width)), [&](int64_t begin, int64_t end) {
    int8Codes().quantizeColumns(source, begin * width, std::min(end * width, source.cols), codes, most);
  });
  return {rowCodes, q, rowStats, stats, list};
}

std::tuple<Tensor, Tensor, Tensor, Tensor, MaybeTensor> bothMeta(const Tensor& a, double threshold, bool roundHalf) {
  auto [q, stats, list] = vectorwiseMeta(a, threshold, roundHalf);
  return {q, codesLike(a), stats, at::empty({a.size(-1)}, a.options().dtype(c10::kFloat)), list};
}

void checkCodes(const Tensor& q, const Tensor& stats, c10::ScalarType dtype) {
  checkOneDevice(q, stats);
  TORCH_CHECK_TYPE(q.scalar_type() == c10::kChar, "expected int8 as the dtype of the codes but received ", q.scalar_type());
  TORCH_CHECK_TYPE(stats.scalar_type() == c10::kFloat, "expected float32 as the dtype of stats but received ", stats.scalar_type());
  TORCH_CHECK_TYPE(c10::isFloatingType(dtype), "expected float32, float16, bfloat16 or float64 as dtype but received ", dtype);
  TORCH_CHECK_VALUE(q.dim() >= 1 && stats.numel() == rowsOf(q), "expected one value of stats for each of ", q.dim() >= 1 ? rowsOf(q) : 0,
                    " rows but received ", stats.numel());
}

Tensor dequantize(const Tensor& q, const Tensor& stats, c10::ScalarType dtype) {
  checkCodes(q, stats, dtype);
  return dequantizeInt8(q.contiguous().reshape({rowsOf(q), q.size(-1)}), stats, dtype).reshape(q.sizes());
}

Tensor dequantizeMeta(const Tensor& q, const Tensor& stats, c10::ScalarType dtype) {
  checkCodes(q, stats, dtype);
  return at::empty(q.sizes(), q.options().dtype(dtype));
}

}  // namespace

Tensor dequantizeInt8(const Tensor& q, const Tensor& stats, c10::ScalarType dtype) {
  const int64_t rows = q.size(0), cols = q.size(1);
  Tensor out = at::empty(q.sizes(), q.options().dtype(writable(dtype)));
  const Tensor scales = stats.contiguous();
  const Element element = elementOf(out.scalar_type());
  const int8_t* codes = q.const_data_ptr<int8_t>();
  const float* most = scales.const_data_ptr<float>();
  char* to = static_cast<char*>(out.mutable_data_ptr());
  const int64_t width = cols * static_cast<int64_t>(out.element_size());
  at::parallel_for(0, rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, cols)), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) int8Codes().dequantize(codes + row * cols, most[row], 1.0f / 127.0f, cols, element, to + row * width);
  });
  return out.scalar_type() == dtype ? out : out.to(dtype);
}

std::tuple<Tensor, Tensor, MaybeTensor> callVectorwiseQuant(const Tensor& a, double threshold, bool roundHalf) {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::int8_vectorwise_quant", "").typed<decltype(vectorwise)>();
  return op.call(a, threshold, roundHalf);
}

std::tuple<Tensor, Tensor, Tensor, Tensor, MaybeTensor> callDoubleQuant(const Tensor& a, double threshold, bool roundHalf) {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::int8_double_quant", "").typed<decltype(both)>();
  return op.call(a, threshold, roundHalf);
}

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("int8_vectorwise_quant(Tensor A, float threshold=0.0, bool round_half=False) -> (Tensor codes, Tensor row_stats, Tensor? outlier_cols)");
  m.def(
      "int8_double_quant(Tensor A, float threshold=0.0, bool round_half=False) -> "
      "(Tensor row_codes, Tensor col_codes, Tensor row_stats, Tensor col_stats, Tensor? outlier_cols)");
  m.def("int8_vectorwise_dequant(Tensor codes, Tensor stats, ScalarType dtype) -> Tensor");
  implMissing(m, "int8_vectorwise_quant");
  implMissing(m, "int8_double_quant");
  implMissing(m, "int8_vectorwise_dequant");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("int8_vectorwise_quant", &vectorwise);
  m.impl("int8_double_quant", &both);
  m.impl("int8_vectorwise_dequant", &dequantize);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("int8_vectorwise_quant", &vectorwiseMeta);
  m.impl("int8_double_quant", &bothMeta);
  m.impl("int8_vectorwise_dequant", &dequantizeMeta);
}

}  // namespace fabric::bnb
