// fabric::linear_4bit and its gradient of the input on CUDA.
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>

#include "../kernels/entries_matmul.h"
#include "panels.h"
#include "scales4.h"

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// Rows of x up to which W is decoded where it is multiplied. The cost of decoding grows with the tokens, by 128 of them; that of a panel, four more
/// bytes a weight to write and read and a dense product, hardly does.
constexpr int64_t kDecodedRows = 256;
/// The same for float32, where each row is multiplied by itself: the panel costs eight bytes a weight where a row costs half a byte.
constexpr int64_t kDecodedRows32 = 8;

/// A packed weight with what its pointers point to.
struct Weight {
  Tensor packed;
  Scales4 scales;
  FabricWeight4 pointers;
};

Weight weightOf(const Tensor& packed, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, const MaybeTensor& nestedAbsmax,
                const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkBlocksize4(blocksize);
  Weight w{aligned(packed), Scales4(absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize), {}};
  checkSizes4(packed, w.scales.count(), blocksize, shape[0] * shape[1]);
  w.pointers = {code4NumberOf(quantType), w.packed.const_data_ptr(), w.scales.pointers(), blocksize, shape[0], shape[1]};
  return w;
}

int elementIn(c10::ScalarType dtype) { return static_cast<int>(elementOf(dtype)); }

/// Columns [k0, k1) of rows [n0, n1), rounded to `rounding` and then to `dtype`.
Tensor panelOf(const Weight& w, int64_t n0, int64_t n1, int64_t k0, int64_t k1, c10::ScalarType rounding, c10::ScalarType dtype, void* stream) {
  Tensor panel = at::empty({n1 - n0, k1 - k0}, w.packed.options().dtype(dtype));
  check(fabric_cuda_panel_4bit(elementIn(dtype), elementIn(rounding), &w.pointers, n0, n1 - n0, k0, k1 - k0, panel.mutable_data_ptr(), stream), "fabric::linear_4bit");
  return panel;
}

/// Fills y with the weight decoded where it is multiplied. x has rows of a multiple of 32 elements, so that 16 bytes of codes lie in one block.
void multiplyDecoded(const Weight& w, const Tensor& x, const MaybeTensor& bias, Tensor& y, void* stream) {
  const int64_t rows = x.size(0), n = w.pointers.n;
  const MaybeTensor wide = bias.has_value() ? MaybeTensor(bias->to(c10::kFloat).contiguous()) : bias;
  const int element = elementIn(x.scalar_type());
  const float* plus = wide.has_value() ? wide->const_data_ptr<float>() : nullptr;
  const void* from = x.const_data_ptr();
  if (rows == 1 || x.scalar_type() == c10::kFloat) {
    check(fabric_cuda_gemv_4bit(element, &w.pointers, from, rows, plus, y.mutable_data_ptr(), stream), "fabric::linear_4bit");
    return;
  }
  const int parts = fabric_cuda_gemm_4bit_parts(&w.pointers, rows);
  const Tensor sums = at::empty({parts > 1 ? parts * rows * n : 0}, x.options().dtype(c10::kFloat));
  check(fabric_cuda_gemm_4bit(element, &w.pointers, from, rows, plus, parts, sums.mutable_data_ptr<float>(), y.mutable_data_ptr(), stream), "fabric::linear_4bit");
}

/// Fills y with libtorch's products of panels of the weight.
void multiplyPanels(const Weight& w, const Tensor& x, const MaybeTensor& bias, Tensor& y, void* stream) {
  const int64_t n = w.pointers.n, k = w.pointers.k;
  const c10::ScalarType type = x.scalar_type();
  const MaybeTensor b = bias.has_value() ? MaybeTensor(bias->to(type)) : bias;
  const int64_t step = panelSteps(k, type);
  for (int64_t begin = 0; begin < n; begin += step) {
    const int64_t end = std::min(n, begin + step);
    y.slice(1, begin, end).copy_(at::linear(x, panelOf(w, begin, end, 0, k, type, type, stream), b.has_value() ? MaybeTensor(b->slice(0, begin, end)) : std::nullopt));
  }
}

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype,
              const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  const OnDevice device(input);
  Tensor out = outputsOf<"fabric::linear_4bit", decltype(linear)>(input, weight, absmax, shape, blocksize, quantType, dtype, bias, nestedAbsmax, nestedCode, nestedOffset,
                                           nestedBlocksize);
  const Weight w = weightOf(weight, absmax, shape, blocksize, quantType, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->numel() == shape[0]), "expected a bias of [", shape[0], "]");
  const Tensor x = aligned(matrixOf(input));
  Tensor y = out.scalar_type() == x.scalar_type() ? out.view({x.size(0), shape[0]}) : at::empty({x.size(0), shape[0]}, x.options());
  const int64_t most = x.scalar_type() == c10::kFloat ? kDecodedRows32 : kDecodedRows;
  if (x.size(0) <= most && shape[1] % 32 == 0 && shape[1] > 0) multiplyDecoded(w, x, bias, y, device.stream());
  else multiplyPanels(w, x, bias, y, device.stream());
  return out.scalar_type() == x.scalar_type() ? out : y.to(out.scalar_type()).view(out.sizes());
}

/// dX = dY W, with W as dequantising gives it, in panels of columns so that sums are not rounded between them.
Tensor gradInput(const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                 c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  const OnDevice device(gradOutput);
  Tensor out = outputsOf<"fabric::linear_4bit_grad_input", decltype(gradInput)>(gradOutput, weight, absmax, shape, blocksize, quantType, dtype, nestedAbsmax, nestedCode,
                                              nestedOffset, nestedBlocksize);
  const Weight w = weightOf(weight, absmax, shape, blocksize, quantType, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
  const int64_t n = shape[0], k = shape[1];
  TORCH_CHECK_VALUE(gradOutput.dim() >= 1 && gradOutput.size(-1) == n, "expected a gradient whose last dimension is ", n, " but its shape is ", gradOutput.sizes());
  const c10::ScalarType type = writable(gradOutput.scalar_type());
  const Tensor g = matrixOf(gradOutput.to(type));
  Tensor x = out.view({g.size(0), k});
  const int64_t step = panelSteps(n, type);
  for (int64_t begin = 0; begin < k; begin += step) {
    const int64_t end = std::min(k, begin + step);
    x.slice(1, begin, end).copy_(at::mm(g, panelOf(w, 0, n, begin, end, writable(dtype), type, device.stream())));
  }
  return out;
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("linear_4bit", &linear);
  m.impl("linear_4bit_grad_input", &gradInput);
}

}  // namespace fabric::cuda
