// fabric::linear_8bit: y = x W^T + b with 8-bit codes for W and, by default, for x; and the gradients of x, b and a float master of W (LLM.int8()).
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "int8.h"

namespace fabric::bnb {
namespace {

/// Bytes of a dequantised panel.
constexpr int64_t kPanelBytes = 8 << 20;

void checkLinear(const Tensor& input, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, const MaybeTensor& weight, double threshold, c10::string_view backend) {
  checkOneDevice(input, codes, stats, bias, weight);
  TORCH_CHECK_TYPE(c10::isFloatingType(input.scalar_type()), "expected float32, float16, bfloat16 or float64 as the input's dtype but received ", input.scalar_type());
  TORCH_CHECK_TYPE(codes.scalar_type() == c10::kChar, "expected int8 as the dtype of the weight's codes but received ", codes.scalar_type());
  TORCH_CHECK_VALUE(codes.dim() == 2 && stats.numel() == codes.size(0), "expected codes of [N, K] and stats of [N] but received ", codes.sizes(), " and ", stats.sizes());
  TORCH_CHECK_VALUE(input.dim() >= 1 && input.size(-1) == codes.size(1), "expected an input whose last dimension is ", codes.size(1), " but its shape is ", input.sizes());
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->numel() == codes.size(0)), "expected a bias of [", codes.size(0), "]");
  TORCH_CHECK_VALUE(!weight.has_value() || weight->sizes() == codes.sizes(), "expected a weight of ", codes.sizes());
  TORCH_CHECK_VALUE(threshold >= 0, "expected a threshold of at least 0 but received ", threshold);
  TORCH_CHECK_VALUE(backend == "int8" || backend == "dequant", "expected \"int8\" or \"dequant\" as backend but received \"", backend, "\"");
}

std::vector<int64_t> outputSizes(const Tensor& input, int64_t n) {
  std::vector<int64_t> sizes = input.sizes().vec();
  sizes.back() = n;
  return sizes;
}

Tensor matrixOf(const Tensor& t) {
  int64_t rows = 1;
  for (int64_t i = 0; i + 1 < t.dim(); ++i) rows *= t.size(i);
  return t.reshape({rows, t.size(-1)});
}

int64_t panelRows(const Tensor& codes) { return std::max<int64_t>(16, kPanelBytes / std::max<int64_t>(1, codes.size(1) * 4)); }

/// Rows of the weight as `rounding` has them, in float32.
Tensor panelOf(const Tensor& codes, const Tensor& stats, int64_t begin, int64_t end, c10::ScalarType rounding) {
  return dequantizeInt8(codes.slice(0, begin, end), stats.slice(0, begin, end), writable(rounding)).to(c10::kFloat);
}

/// The part of the columns with outliers, which have no codes, in float32; added to `y`.
void addOutliers(Tensor& y, const Tensor& x, const Tensor& codes, const Tensor& stats, const Tensor& list) {
  const Tensor part = at::index_select(x, 1, list).to(c10::kFloat);
  const Tensor weight = dequantizeInt8(at::index_select(codes, 1, list).contiguous(), stats, writable(x.scalar_type())).to(c10::kFloat);
  y.addmm_(part, weight.t());
}

Tensor multiplyCodes(const Tensor& x, const Tensor& q, const Tensor& rowStats, const MaybeTensor& list, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias) {
  if (!list.has_value() || list->numel() == 0) return callScaledMm(q, codes, rowStats, stats, bias, x.scalar_type());
  Tensor y = callScaledMm(q, codes, rowStats, stats, bias, c10::kFloat);
  addOutliers(y, x, codes, stats, *list);
  return y.to(x.scalar_type());
}

Tensor multiplyDequantized(const Tensor& x, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias) {
  const int64_t n = codes.size(0), step = panelRows(codes);
  const Tensor wide = x.to(c10::kFloat);
  Tensor y = at::empty({x.size(0), n}, wide.options());
  for (int64_t row = 0; row < n; row += step) {
    const int64_t end = std::min(n, row + step);
    y.slice(1, row, end).copy_(at::mm(wide, panelOf(codes, stats, row, end, x.scalar_type()).t()));
  }
  if (bias.has_value()) y.add_(*bias);
  return y.to(x.scalar_type());
}

Tensor linear(const Tensor& input, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, const MaybeTensor& weight, double threshold, c10::string_view backend) {
  checkLinear(input, codes, stats, bias, weight, threshold, backend);
  const Tensor x = matrixOf(input), w = codes.contiguous();
  if (backend == "dequant") return multiplyDequantized(x, w, stats, bias).reshape(outputSizes(input, w.size(0)));
  const auto [q, rowStats, list] = callVectorwiseQuant(x, threshold, true);
  return multiplyCodes(x, q, rowStats, list, w, stats, bias).reshape(outputSizes(input, w.size(0)));
}

Tensor linearMeta(const Tensor& input, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, const MaybeTensor& weight, double threshold,
                  c10::string_view backend) {
  checkLinear(input, codes, stats, bias, weight, threshold, backend);
  return at::empty(outputSizes(input, codes.size(0)), input.options());
}

void checkGradient(const Tensor& gradOutput, const Tensor& codes, const Tensor& stats, c10::ScalarType rounding) {
  checkOneDevice(gradOutput, codes, stats);
  TORCH_CHECK_TYPE(codes.scalar_type() == c10::kChar && c10::isFloatingType(rounding), "expected codes of int8 and a floating dtype but received ", codes.scalar_type(), " and ",
                   rounding);
  TORCH_CHECK_VALUE(codes.dim() == 2 && stats.numel() == codes.size(0), "expected codes of [N, K] and stats of [N] but received ", codes.sizes(), " and ", stats.sizes());
  TORCH_CHECK_VALUE(gradOutput.dim() >= 1 && gradOutput.size(-1) == codes.size(0), "expected a gradient whose last dimension is ", codes.size(0), " but its shape is ",
                    gradOutput.sizes());
}

/// dX = dY W, with W as dequantising gives it in the dtype of x; sums in float32.
Tensor gradInput(const Tensor& gradOutput, const Tensor& codes, const Tensor& stats, c10::ScalarType rounding) {
  checkGradient(gradOutput, codes, stats, rounding);
  const Tensor g = matrixOf(gradOutput).to(c10::kFloat), w = codes.contiguous();
  Tensor x = at::zeros({g.size(0), w.size(1)}, g.options());
  const int64_t n = w.size(0), step = panelRows(w);
  for (int64_t row = 0; row < n; row += step) {
    const int64_t end = std::min(n, row + step);
    x.addmm_(g.slice(1, row, end), panelOf(w, stats, row, end, rounding));
  }
  return x.to(gradOutput.scalar_type()).reshape(outputSizes(gradOutput, w.size(1)));
}

Tensor gradInputMeta(const Tensor& gradOutput, const Tensor& codes, const Tensor& stats, c10::ScalarType rounding) {
  checkGradient(gradOutput, codes, stats, rounding);
  return at::empty(outputSizes(gradOutput, codes.size(1)), gradOutput.options());
}

const auto& linearOp() {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::linear_8bit", "").typed<decltype(linear)>();
  return op;
}
const auto& gradInputOp() {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::linear_8bit_grad_input", "").typed<decltype(gradInput)>();
  return op;
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

c10::ScalarType typeIn(AutogradContext* ctx, const char* name) { return static_cast<c10::ScalarType>(ctx->saved_data[name].toInt()); }

/// dW = dY^T x of codes by columns, each with its column's scale; columns of x with outliers as floats.
Tensor gradWeightCodes(const Tensor& g, const Tensor& xCodes, const Tensor& xStats, const Tensor& list, const Tensor& outliers, c10::ScalarType dtype) {
  const auto [rowCodes, codes, rowStats, stats, none] = callDoubleQuant(g, 0, true);
  if (!list.defined()) return callScaledMm(codes.t().contiguous(), xCodes, stats, xStats, std::nullopt, dtype);
  Tensor result = callScaledMm(codes.t().contiguous(), xCodes, stats, xStats, std::nullopt, c10::kFloat);
  result.index_copy_(1, list, at::mm(g.to(c10::kFloat).t(), outliers.to(c10::kFloat)));
  return result.to(dtype);
}

/// The input is not kept: codes of its columns are, where a weight is trained, and nothing of it elsewhere.
struct Linear8 : torch::autograd::Function<Linear8> {
  /// Places of the tensors that get gradients.
  static constexpr size_t kInput = 0, kBias = 3, kWeight = 4;

  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, const MaybeTensor& weight,
                        double threshold, std::string backend, bool trainsWeight) {
    at::AutoDispatchBelowADInplaceOrView below;
    ctx->saved_data["input"] = static_cast<int64_t>(input.scalar_type());
    ctx->saved_data["bias"] = bias.has_value() ? static_cast<int64_t>(bias->scalar_type()) : int64_t{-1};
    ctx->saved_data["weight"] = trainsWeight ? static_cast<int64_t>(weight->scalar_type()) : int64_t{-1};
    ctx->saved_data["backend"] = backend;
    if (!trainsWeight) {
      ctx->save_for_backward({codes, stats});
      return linearOp().call(input, codes, stats, bias, weight, threshold, backend);
    }
    checkLinear(input, codes, stats, bias, weight, threshold, backend);
    if (backend == "dequant") {
      ctx->save_for_backward({codes, stats, input});
      return linearOp().call(input, codes, stats, bias, weight, threshold, backend);
    }
    const Tensor x = matrixOf(input), w = codes.contiguous();
    const auto [q, columns, rowStats, columnStats, list] = callDoubleQuant(x, threshold, true);
    const bool some = list.has_value() && list->numel() > 0;
    ctx->save_for_backward({codes, stats, columns.t().contiguous(), columnStats, some ? *list : Tensor(), some ? at::index_select(x, 1, *list) : Tensor()});
    return multiplyCodes(x, q, rowStats, list, w, stats, bias).reshape(outputSizes(input, w.size(0)));
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const variable_list saved = ctx->get_saved_variables();
    const Tensor& g = grads[0];
    variable_list result(8);
    if (!g.defined()) return result;
    if (ctx->needs_input_grad(kInput)) result[0] = gradInputOp().call(g, saved[0], saved[1], typeIn(ctx, "input")).to(typeIn(ctx, "input"));
    const bool hasBias = ctx->saved_data["bias"].toInt() >= 0;
    if (hasBias && ctx->needs_input_grad(kBias)) result[3] = matrixOf(g).sum(0).to(typeIn(ctx, "bias"));
    // Edges are numbered by the tensors that were there.
    if (ctx->saved_data["weight"].toInt() >= 0 && ctx->needs_input_grad(hasBias ? kWeight : kBias)) result[4] = gradWeight(ctx, saved, matrixOf(g));
    return result;
  }

  static Tensor gradWeight(AutogradContext* ctx, const variable_list& saved, const Tensor& g) {
    const c10::ScalarType dtype = typeIn(ctx, "weight");
    if (ctx->saved_data["backend"].toStringRef() == "dequant") return at::mm(g.to(c10::kFloat).t(), matrixOf(saved[2]).to(c10::kFloat)).to(dtype);
    TORCH_CHECK_NOT_IMPLEMENTED(!at::GradMode::is_enabled(), "the gradient of an int8-training weight has no derivative of its own; use the backend \"dequant\"");
    return gradWeightCodes(g, saved[2], saved[3], saved[4], saved[5], dtype);
  }
};

Tensor linearAutograd(const Tensor& input, const Tensor& codes, const Tensor& stats, const MaybeTensor& bias, const MaybeTensor& weight, double threshold,
                      c10::string_view backend) {
  const bool trainsWeight = weight.has_value() && weight->requires_grad() && at::GradMode::is_enabled();
  return Linear8::apply(input, codes, stats, bias, weight, threshold, std::string(backend), trainsWeight);
}

/// Its own derivative is the product with the dequantised weight, for gradients of gradients.
struct GradInput8 : torch::autograd::Function<GradInput8> {
  static Tensor forward(AutogradContext* ctx, const Tensor& gradOutput, const Tensor& codes, const Tensor& stats, c10::ScalarType rounding) {
    at::AutoDispatchBelowADInplaceOrView below;
    ctx->save_for_backward({codes, stats});
    return gradInputOp().call(gradOutput, codes, stats, rounding);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const variable_list saved = ctx->get_saved_variables();
    variable_list result(4);
    if (grads[0].defined() && ctx->needs_input_grad(0)) result[0] = linearOp().call(grads[0], saved[0], saved[1], std::nullopt, std::nullopt, 0, "dequant");
    return result;
  }
};

Tensor gradInputAutograd(const Tensor& gradOutput, const Tensor& codes, const Tensor& stats, c10::ScalarType rounding) {
  return GradInput8::apply(gradOutput, codes, stats, rounding);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def(
      "linear_8bit(Tensor input, Tensor codes, Tensor stats, Tensor? bias=None, Tensor? weight=None, float threshold=0.0, str backend=\"int8\") -> Tensor");
  m.def("linear_8bit_grad_input(Tensor grad_output, Tensor codes, Tensor stats, ScalarType dtype) -> Tensor");
  implMissing(m, "linear_8bit");
  implMissing(m, "linear_8bit_grad_input");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("linear_8bit", &linear);
  m.impl("linear_8bit_grad_input", &gradInput);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("linear_8bit", &linearMeta);
  m.impl("linear_8bit_grad_input", &gradInputMeta);
}

TORCH_LIBRARY_IMPL(fabric, Autograd, m) {
  m.impl("linear_8bit", &linearAutograd);
  m.impl("linear_8bit_grad_input", &gradInputAutograd);
}

}  // namespace fabric::bnb
