// fabric::linear_8bit and its gradient of the input on CUDA.
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>

#include "../kernels/entries_int8_mm.h"
#include "int8_codes.h"
#include "panels.h"

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// What the codes stand for, rounded to `dtype`. `stats` is contiguous.
Tensor dequantized(const Tensor& codes, const Tensor& stats, c10::ScalarType dtype, void* stream) {
  const Tensor from = aligned(codes);
  Tensor out = at::empty(from.sizes(), from.options().dtype(dtype));
  check(fabric_cuda_int8_dequantize(static_cast<int>(elementOf(dtype)), from.const_data_ptr<int8_t>(), from.size(0), from.size(1), stats.const_data_ptr<float>(),
                                    out.mutable_data_ptr(), stream),
        "fabric::linear_8bit");
  return out;
}

/// One product of codes; the columns with outliers are added by the same kernel, which reads on the device how many there are.
void multiplyCodes(const Tensor& x, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, double threshold, Tensor& y, void* stream) {
  TORCH_CHECK_VALUE(codes.size(1) <= kLongest, "expected an input whose last dimension is at most ", kLongest, ", where sums of codes fit int32, but received ", codes.size(1),
                    "; use the backend \"dequant\"");
  const RowCodes rows = quantizeRows(x, threshold, true, x.size(1));
  const MaybeTensor added = bias.has_value() ? MaybeTensor(bias->to(c10::kFloat).contiguous()) : bias;
  const Tensor q = aligned(rows.codes);
  FabricInt8Product product{};
  product.a = q.const_data_ptr<int8_t>();
  product.b = codes.const_data_ptr<int8_t>();
  product.m = x.size(0);
  product.n = codes.size(0);
  product.k = codes.size(1);
  product.rowStats = rows.stats.const_data_ptr<float>();
  product.colStats = stats.const_data_ptr<float>();
  product.bias = added.has_value() ? added->const_data_ptr<float>() : nullptr;
  if (rows.outliers.list.defined()) {
    product.outliers = rows.outliers.list.const_data_ptr<int64_t>();
    product.outlierCount = rows.outliers.counts.const_data_ptr<int32_t>();
    product.x = x.const_data_ptr();
  }
  product.y = y.mutable_data_ptr();
  check(fabric_cuda_int8_scaled_mm(static_cast<int>(elementOf(x.scalar_type())), product, stream), "fabric::linear_8bit");
}

/// libtorch's products of x with panels of the weight in its dtype.
void multiplyDequantized(const Tensor& x, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, Tensor& y, void* stream) {
  const int64_t n = codes.size(0), step = panelSteps(codes.size(1), x.scalar_type());
  const MaybeTensor b = bias.has_value() ? MaybeTensor(bias->to(x.scalar_type())) : bias;
  for (int64_t begin = 0; begin < n; begin += step) {
    const int64_t end = std::min(n, begin + step);
    const Tensor panel = dequantized(codes.slice(0, begin, end), stats.slice(0, begin, end), x.scalar_type(), stream);
    y.slice(1, begin, end).copy_(at::linear(x, panel, b.has_value() ? MaybeTensor(b->slice(0, begin, end)) : std::nullopt));
  }
}

Tensor linear(const Tensor& input, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, const MaybeTensor& weight, double threshold, c10::string_view backend) {
  const OnDevice device(input);
  Tensor out = outputsOf<"fabric::linear_8bit", decltype(linear)>(input, codes, stats, bias, weight, threshold, backend);
  TORCH_CHECK_TYPE(stats.scalar_type() == c10::kFloat, "expected float32 as the dtype of stats but received ", stats.scalar_type());
  const Tensor x = aligned(matrixOf(input)), w = aligned(codes), scales = stats.contiguous();
  const std::array<int64_t, 2> sizes{x.size(0), w.size(0)};
  // float64 is multiplied in float32.
  const bool isWritten = out.scalar_type() == x.scalar_type();
  Tensor y = isWritten ? out.view(sizes) : at::empty(sizes, x.options());
  if (backend == "dequant") multiplyDequantized(x, w, scales, bias, y, device.stream());
  else multiplyCodes(x, w, scales, bias, threshold, y, device.stream());
  return isWritten ? out : y.to(out.scalar_type()).view(out.sizes());
}

/// dX = dY W, with W as dequantising gives it in the dtype of x. Panels are columns, so that sums are not rounded between them; numbers of 16 bits are
/// multiplied as they are where both have the same dtype, with sums in float32, and else as float32.
Tensor gradInput(const Tensor& gradOutput, const Tensor& codes, const Tensor& stats, c10::ScalarType rounding) {
  const OnDevice device(gradOutput);
  Tensor out = outputsOf<"fabric::linear_8bit_grad_input", decltype(gradInput)>(gradOutput, codes, stats, rounding);
  TORCH_CHECK_TYPE(stats.scalar_type() == c10::kFloat, "expected float32 as the dtype of stats but received ", stats.scalar_type());
  const c10::ScalarType dtype = writable(rounding), type = gradOutput.scalar_type() == dtype ? dtype : c10::kFloat;
  const Tensor g = matrixOf(gradOutput).to(type), scales = stats.contiguous();
  const int64_t k = codes.size(1), step = panelSteps(codes.size(0), type);
  Tensor x = out.view({g.size(0), k});
  for (int64_t begin = 0; begin < k; begin += step) {
    const int64_t end = std::min(k, begin + step);
    x.slice(1, begin, end).copy_(at::mm(g, dequantized(codes.slice(1, begin, end), scales, dtype, device.stream()).to(type)));
  }
  return out;
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("linear_8bit", &linear);
  m.impl("linear_8bit_grad_input", &gradInput);
}

}  // namespace fabric::cuda
