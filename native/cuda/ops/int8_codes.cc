// fabric::int8_vectorwise_quant, int8_vectorwise_dequant and int8_double_quant on CUDA.
#include "int8_codes.h"

#include <ATen/ops/empty.h>

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;

int64_t rowsOf(const Tensor& a) { return c10::multiply_integers(a.sizes().slice(0, a.dim() - 1)); }

/// The threshold as the dtype has it in which elements are compared.
float thresholdIn(c10::ScalarType dtype, double threshold) {
  const float t = static_cast<float>(threshold);
  if (dtype == c10::kHalf) return static_cast<float>(c10::Half(t));
  if (dtype == c10::kBFloat16) return static_cast<float>(c10::BFloat16(t));
  return t;
}

/// `a` is `aligned`.
FabricInt8Source sourceOf(const Tensor& a, double threshold, bool roundHalf) {
  return {static_cast<int>(elementOf(a.scalar_type())), a.const_data_ptr(), rowsOf(a), a.size(-1), thresholdIn(roundHalf ? c10::kHalf : a.scalar_type(), threshold),
          roundHalf ? 1 : 0};
}

/// Fills `codes` and `stats`; as many columns are listed as `capacity` says.
OutlierColumns quantizeInto(const Tensor& codes, const Tensor& stats, const Tensor& a, double threshold, bool roundHalf, int64_t capacity, void* stream) {
  const Tensor from = aligned(a);
  const FabricInt8Source source = sourceOf(from, threshold, roundHalf);
  int8_t* q = codes.mutable_data_ptr<int8_t>();
  float* scales = stats.mutable_data_ptr<float>();
  if (!(threshold > 0)) {
    check(fabric_cuda_int8_quantize_rows(source, q, scales, nullptr, stream), "fabric::int8_vectorwise_quant");
    return {};
  }
  const at::TensorOptions words = a.options().dtype(c10::kInt);
  OutlierColumns found{at::empty({ceilDiv(source.cols, 32)}, words), at::empty({capacity}, words.dtype(c10::kLong)), at::empty({2}, words)};
  auto* marks = reinterpret_cast<uint32_t*>(found.marks.mutable_data_ptr<int32_t>());
  auto* counts = found.counts.mutable_data_ptr<int32_t>();
  check(fabric_cuda_int8_quantize_rows(source, q, scales, marks, stream), "fabric::int8_vectorwise_quant");
  check(fabric_cuda_outlier_columns(marks, source.cols, capacity, found.list.mutable_data_ptr<int64_t>(), counts, stream), "fabric::int8_vectorwise_quant");
  // A single row has no other element in those columns.
  if (source.rows > 1) check(fabric_cuda_zero_outlier_columns(q, source.rows, source.cols, marks, counts, stream), "fabric::int8_vectorwise_quant");
  return found;
}

/// The list as the operators return it, whose length the host has to know: the one place where it waits for the device.
MaybeTensor listOf(const OutlierColumns& found) {
  if (!found.list.defined()) return std::nullopt;
  return found.list.slice(0, 0, found.counts[0].item<int32_t>()).clone();
}

using Vectorwise = std::tuple<Tensor, Tensor, MaybeTensor>;

Vectorwise vectorwiseOutputs(const Tensor& a, double threshold, bool roundHalf) {
  return outputsOf<"fabric::int8_vectorwise_quant", Vectorwise(const Tensor&, double, bool)>(a, threshold, roundHalf);
}

Vectorwise vectorwise(const Tensor& a, double threshold, bool roundHalf) {
  const OnDevice device(a);
  auto [codes, stats, unused] = vectorwiseOutputs(a, threshold, roundHalf);
  return {codes, stats, listOf(quantizeInto(codes, stats, a, threshold, roundHalf, a.size(-1), device.stream()))};
}

using Both = std::tuple<Tensor, Tensor, Tensor, Tensor, MaybeTensor>;

Both both(const Tensor& a, double threshold, bool roundHalf) {
  const OnDevice device(a);
  auto [rowCodes, colCodes, rowStats, colStats, unused] = outputsOf<"fabric::int8_double_quant", Both(const Tensor&, double, bool)>(a, threshold, roundHalf);
  // Once for both: a copy that is aligned already is not copied again.
  const Tensor from = aligned(a);
  const OutlierColumns found = quantizeInto(rowCodes, rowStats, from, threshold, roundHalf, a.size(-1), device.stream());
  Tensor largest = at::empty({2, a.size(-1)}, a.options().dtype(c10::kInt));
  check(fabric_cuda_int8_quantize_columns(sourceOf(from, threshold, roundHalf), largest.mutable_data_ptr<int32_t>(), colCodes.mutable_data_ptr<int8_t>(),
                                          colStats.mutable_data_ptr<float>(), device.stream()),
        "fabric::int8_double_quant");
  return {rowCodes, colCodes, rowStats, colStats, listOf(found)};
}

Tensor dequantize(const Tensor& q, const Tensor& stats, c10::ScalarType dtype) {
  const OnDevice device(q);
  Tensor out = outputsOf<"fabric::int8_vectorwise_dequant", Tensor(const Tensor&, const Tensor&, c10::ScalarType)>(q, stats, writable(dtype));
  const Tensor codes = aligned(q), scales = stats.contiguous();
  check(fabric_cuda_int8_dequantize(static_cast<int>(elementOf(out.scalar_type())), codes.const_data_ptr<int8_t>(), rowsOf(q), q.size(-1), scales.const_data_ptr<float>(),
                                    out.mutable_data_ptr(), device.stream()),
        "fabric::int8_vectorwise_dequant");
  return out.to(dtype);
}

}  // namespace

RowCodes quantizeRows(const Tensor& a, double threshold, bool roundHalf, int64_t capacity) {
  const OnDevice device(a);
  auto [codes, stats, unused] = vectorwiseOutputs(a, threshold, roundHalf);
  return {codes, stats, quantizeInto(codes, stats, a, threshold, roundHalf, capacity, device.stream())};
}

FABRIC_CUDA_IMPL(m) {
  m.impl("int8_vectorwise_quant", &vectorwise);
  m.impl("int8_double_quant", &both);
  m.impl("int8_vectorwise_dequant", &dequantize);
}

#ifdef FABRIC_EMULATED
/// What linear_8bit asks for, for tests: a list that may be too short.
TORCH_LIBRARY_FRAGMENT(fabric_emulated, m) {
  m.def("int8_outlier_columns(Tensor A, float threshold, int capacity) -> (Tensor codes, Tensor list, Tensor counts)", [](const Tensor& a, double threshold, int64_t capacity) {
    const RowCodes rows = quantizeRows(a, threshold, true, capacity);
    return std::make_tuple(rows.codes, rows.outliers.list, rows.outliers.counts);
  });
}
#endif

}  // namespace fabric::cuda
