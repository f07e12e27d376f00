// fabric::linear_4bit: y = x W^T + b with a 4-bit W that is never there in full precision, and the gradients of x and b.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

#include "../kernels/gemv4.h"
#include "quant4.h"
#include "quant8.h"

namespace fabric::bnb {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// Rows of activations up to which a weight is decoded for each group of them; above, panels of it are dequantised.
constexpr int64_t kFewRows = 48;
/// Bytes of a dequantised panel.
constexpr int64_t kPanelBytes = 8 << 20;

/// A packed weight and what its codes mean.
struct Weight {
  Tensor packed, absmax;
  int64_t n, k, blocksize;
  Code4 code;
  c10::ScalarType dtype;
};

/// The scales in float32: with double quantisation a product and a sum, each rounded.
Tensor scalesOf(const Tensor& absmax, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& offset, int64_t nestedBlocksize) {
  if (!nestedAbsmax.has_value()) return absmax.contiguous();
  TORCH_CHECK_VALUE(nestedCode.has_value() && offset.has_value(), "expected nested_code and nested_offset with nested_absmax");
  TORCH_CHECK_TYPE(absmax.scalar_type() == c10::kByte, "expected uint8 as the dtype of a nested absmax but received ", absmax.scalar_type());
  TORCH_CHECK_VALUE(nestedBlocksize >= 1 && nestedAbsmax->numel() == ceilDiv(absmax.numel(), nestedBlocksize), "expected ",
                    ceilDiv(absmax.numel(), std::max<int64_t>(1, nestedBlocksize)), " values of nested_absmax but received ", nestedAbsmax->numel());
  Tensor scales = at::empty(absmax.sizes(), absmax.options().dtype(c10::kFloat));
  dequantize8Into(absmax, *nestedAbsmax, *nestedCode, nestedBlocksize, scales);
  return scales.add_(*offset);
}

Weight weightOf(const Tensor& packed, const Tensor& scales, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype) {
  TORCH_CHECK_VALUE(shape.size() == 2, "expected a weight of two dimensions but its shape is ", shape);
  checkBlocksize4(blocksize);
  checkCodes4(packed, scales, blocksize, shape[0] * shape[1]);
  return {packed.contiguous(), scales, shape[0], shape[1], blocksize, code4Of(quantType), dtype};
}

/// Dequantises columns [k0, k1) of rows [n0, n1) to `dtype`, contiguous.
Tensor panelOf(const Weight& w, int64_t n0, int64_t n1, int64_t k0, int64_t k1, c10::ScalarType dtype) {
  Tensor panel = at::empty({n1 - n0, k1 - k0}, w.packed.options().dtype(dtype));
  const uint8_t* bytes = static_cast<const uint8_t*>(w.packed.const_data_ptr());
  const float* absmax = w.absmax.const_data_ptr<float>();
  const Element element = elementOf(dtype);
  const int64_t width = (k1 - k0) * static_cast<int64_t>(panel.element_size());
  char* to = static_cast<char*>(panel.mutable_data_ptr());
  const bool whole = k0 == 0 && k1 == w.k;
  at::parallel_for(0, n1 - n0, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, k1 - k0)), [&](int64_t first, int64_t last) {
    // The kernel addresses results by the flat index of their weight.
    const auto rowAt = [&](int64_t row) { return to + row * width - ((n0 + row) * w.k + k0) * static_cast<int64_t>(panel.element_size()); };
    if (whole) quant4().dequantize(w.code, element, bytes, absmax, w.blocksize, (n0 + first) * w.k, (n0 + last) * w.k, rowAt(first));
    else
      for (int64_t row = first; row < last; ++row)
        quant4().dequantize(w.code, element, bytes, absmax, w.blocksize, (n0 + row) * w.k + k0, (n0 + row) * w.k + k1, rowAt(row));
  });
  return panel;
}

/// A few rows: decoded and multiplied in one go.
Tensor multiplyFew(const Weight& w, const Tensor& x, const MaybeTensor& bias, c10::ScalarType rounding) {
  const int64_t m = x.size(0);
  const Gemv4& kernel = gemv4();
  const Tensor wide = x.to(c10::kFloat).contiguous();
  Tensor split = at::empty({m, w.k}, wide.options());
  Tensor y = at::empty({m, w.n}, wide.options());
  const float* from = wide.const_data_ptr<float>();
  float *apart = split.mutable_data_ptr<float>(), *to = y.mutable_data_ptr<float>();
  for (int64_t row = 0; row < m; ++row) kernel.split(from + row * w.k, w.k, apart + row * w.k);
  const uint8_t* bytes = static_cast<const uint8_t*>(w.packed.const_data_ptr());
  const float* absmax = w.absmax.const_data_ptr<float>();
  const Element element = elementOf(rounding);
  at::parallel_for(0, w.n, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, w.k)), [&](int64_t begin, int64_t end) {
    for (int64_t row = 0; row < m; row += kernel.rows)
      kernel.multiply(w.code, element, bytes, absmax, w.blocksize, w.k, begin, end, apart + row * w.k, std::min(kernel.rows, m - row), to + row * w.n, w.n);
  });
  if (bias.has_value()) y.add_(*bias);
  return y.to(x.scalar_type());
}

/// Many rows: panels of the weight, dequantised into the caches, and libtorch's product.
Tensor multiplyMany(const Weight& w, const Tensor& x, const MaybeTensor& bias) {
  Tensor y = at::empty({x.size(0), w.n}, x.options());
  const MaybeTensor b = bias.has_value() ? MaybeTensor(bias->to(x.scalar_type())) : bias;
  const int64_t rows = std::max<int64_t>(16, kPanelBytes / std::max<int64_t>(1, w.k * static_cast<int64_t>(x.element_size())));
  for (int64_t n = 0; n < w.n; n += rows) {
    const int64_t end = std::min(w.n, n + rows);
    const Tensor part = at::linear(x, panelOf(w, n, end, 0, w.k, x.scalar_type()), b.has_value() ? MaybeTensor(b->slice(0, n, end)) : std::nullopt);
    if (end - n == w.n) return part;
    y.slice(1, n, end).copy_(part);
  }
  return y;
}

void checkInput(const Tensor& input, at::IntArrayRef shape) {
  checkFloating(input);
  TORCH_CHECK_VALUE(input.dim() >= 1 && shape.size() == 2 && input.size(-1) == shape[1], "expected an input whose last dimension is ",
                    shape.size() == 2 ? shape[1] : -1, " but its shape is ", input.sizes());
}

std::vector<int64_t> outputSizes(const Tensor& input, int64_t n) {
  std::vector<int64_t> sizes = input.sizes().vec();
  sizes.back() = n;
  return sizes;
}

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype,
              const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkInput(input, shape);
  const Weight w = weightOf(weight, scalesOf(absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize), shape, blocksize, quantType, dtype);
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->numel() == w.n), "expected a bias of [", w.n, "]");
  const Tensor x = (input.scalar_type() == c10::kDouble ? input.to(c10::kFloat) : input).reshape({-1, w.k});
  // Groups of codes are whole only where rows are multiples of 16; of the others a panel is made.
  const bool few = x.size(0) <= kFewRows && w.k % 16 == 0 && w.k > 0;
  const Tensor y = few ? multiplyFew(w, x, bias, x.scalar_type()) : multiplyMany(w, x, bias);
  return y.to(input.scalar_type()).reshape(outputSizes(input, w.n));
}

Tensor linearMeta(const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype,
                  const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkInput(input, shape);
  checkBlocksize4(blocksize);
  code4Of(quantType);
  return at::empty(outputSizes(input, shape[0]), input.options());
}

/// dX = dY W, with W as dequantising gives it, in panels of columns.
Tensor gradInput(const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                 c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  const Weight w = weightOf(weight, scalesOf(absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize), shape, blocksize, quantType, dtype);
  TORCH_CHECK_VALUE(gradOutput.dim() >= 1 && gradOutput.size(-1) == w.n, "expected a gradient whose last dimension is ", w.n, " but its shape is ", gradOutput.sizes());
  const c10::ScalarType type = writable(gradOutput.scalar_type());
  const Tensor g = gradOutput.to(type).reshape({-1, w.n});
  Tensor x = at::empty({g.size(0), w.k}, g.options());
  const int64_t fit = kPanelBytes / std::max<int64_t>(1, w.n * static_cast<int64_t>(g.element_size())) / 64 * 64, step = std::max<int64_t>(256, fit);
  for (int64_t k = 0; k < w.k; k += step) {
    const int64_t end = std::min(w.k, k + step);
    const Tensor panel = panelOf(w, 0, w.n, k, end, writable(w.dtype)).to(type);
    if (end - k == w.k) return at::mm(g, panel).to(gradOutput.scalar_type()).reshape(outputSizes(gradOutput, w.k));
    x.slice(1, k, end).copy_(at::mm(g, panel));
  }
  return x.to(gradOutput.scalar_type()).reshape(outputSizes(gradOutput, w.k));
}

Tensor gradInputMeta(const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                     c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  TORCH_CHECK_VALUE(shape.size() == 2, "expected a weight of two dimensions but its shape is ", shape);
  return at::empty(outputSizes(gradOutput, shape[1]), gradOutput.options());
}

/// The operators through the dispatcher, so that another device's kernels serve as well.
const auto& linearOp() {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::linear_4bit", "").typed<decltype(linear)>();
  return op;
}
const auto& gradInputOp() {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::linear_4bit_grad_input", "").typed<decltype(gradInput)>();
  return op;
}

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

Tensor orUndefined(const MaybeTensor& t) { return t.has_value() ? *t : Tensor(); }
MaybeTensor orNone(const Tensor& t) { return t.defined() ? MaybeTensor(t) : std::nullopt; }

/// What backward needs to know of the weight.
void keepWeight(AutogradContext* ctx, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, const std::string& quantType,
                c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
    ctx->saved_data["shape"] = shape.vec();
    ctx->saved_data["blocksize"] = blocksize;
    ctx->saved_data["quant_type"] = quantType;
    ctx->saved_data["dtype"] = static_cast<int64_t>(dtype);
    ctx->saved_data["nested_blocksize"] = nestedBlocksize;
    ctx->save_for_backward({weight, absmax, orUndefined(nestedAbsmax), orUndefined(nestedCode), orUndefined(nestedOffset)});
}

/// Place of the bias among the tensors that `linear_4bit` takes.
constexpr size_t kBiasEdge = 3;

/// The weight is frozen, so the input is not kept.
struct Linear4 : torch::autograd::Function<Linear4> {
  static Tensor forward(AutogradContext* ctx, const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize,
                        std::string quantType, c10::ScalarType dtype, const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode,
                        const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
    at::AutoDispatchBelowADInplaceOrView below;
    ctx->saved_data["input"] = static_cast<int64_t>(input.scalar_type());
    ctx->saved_data["bias"] = bias.has_value() ? static_cast<int64_t>(bias->scalar_type()) : int64_t{-1};
    keepWeight(ctx, weight, absmax, shape, blocksize, quantType, dtype, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
    return linearOp().call(input, weight, absmax, shape, blocksize, quantType, dtype, bias, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const variable_list saved = ctx->get_saved_variables();
    const Tensor& g = grads[0];
    variable_list result(12);
    if (!g.defined()) return result;
    const auto type = [&](const char* name) { return static_cast<c10::ScalarType>(ctx->saved_data[name].toInt()); };
    if (ctx->needs_input_grad(0))
      result[0] = gradInputOp()
                      .call(g, saved[0], saved[1], ctx->saved_data["shape"].toIntVector(), ctx->saved_data["blocksize"].toInt(),
                            ctx->saved_data["quant_type"].toStringRef(), type("dtype"), orNone(saved[2]), orNone(saved[3]), orNone(saved[4]),
                            ctx->saved_data["nested_blocksize"].toInt())
                      .to(type("input"));
    if (ctx->saved_data["bias"].toInt() >= 0 && ctx->needs_input_grad(kBiasEdge)) {
      std::vector<int64_t> leading(static_cast<size_t>(g.dim() - 1));
      for (size_t i = 0; i < leading.size(); ++i) leading[i] = static_cast<int64_t>(i);
      result[7] = (leading.empty() ? g : g.sum(leading)).to(type("bias"));
    }
    return result;
  }
};

Tensor linearAutograd(const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                      c10::ScalarType dtype, const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset,
                      int64_t nestedBlocksize) {
  return Linear4::apply(input, weight, absmax, shape, blocksize, std::string(quantType), dtype, bias, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
}

/// Its own derivative is the forward product, for gradients of gradients.
struct GradInput4 : torch::autograd::Function<GradInput4> {
  static Tensor forward(AutogradContext* ctx, const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize,
                        std::string quantType, c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode,
                        const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
    at::AutoDispatchBelowADInplaceOrView below;
    keepWeight(ctx, weight, absmax, shape, blocksize, quantType, dtype, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
    return gradInputOp().call(gradOutput, weight, absmax, shape, blocksize, quantType, dtype, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const variable_list saved = ctx->get_saved_variables();
    variable_list result(11);
    if (grads[0].defined() && ctx->needs_input_grad(0))
      result[0] = linearOp().call(grads[0], saved[0], saved[1], ctx->saved_data["shape"].toIntVector(), ctx->saved_data["blocksize"].toInt(),
                                  ctx->saved_data["quant_type"].toStringRef(), static_cast<c10::ScalarType>(ctx->saved_data["dtype"].toInt()), std::nullopt,
                                  orNone(saved[2]), orNone(saved[3]), orNone(saved[4]), ctx->saved_data["nested_blocksize"].toInt());
    return result;
  }
};

Tensor gradInputAutograd(const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                         c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  return GradInput4::apply(gradOutput, weight, absmax, shape, blocksize, std::string(quantType), dtype, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def(
      "linear_4bit(Tensor input, Tensor weight, Tensor absmax, int[] shape, int blocksize, str quant_type, ScalarType quant_dtype, Tensor? bias=None, "
      "Tensor? nested_absmax=None, Tensor? nested_code=None, Tensor? nested_offset=None, int nested_blocksize=256) -> Tensor");
  m.def(
      "linear_4bit_grad_input(Tensor grad_output, Tensor weight, Tensor absmax, int[] shape, int blocksize, str quant_type, ScalarType quant_dtype, "
      "Tensor? nested_absmax=None, Tensor? nested_code=None, Tensor? nested_offset=None, int nested_blocksize=256) -> Tensor");
  implMissing(m, "linear_4bit");
  implMissing(m, "linear_4bit_grad_input");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("linear_4bit", &linear);
  m.impl("linear_4bit_grad_input", &gradInput);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("linear_4bit", &linearMeta);
  m.impl("linear_4bit_grad_input", &gradInputMeta);
}

TORCH_LIBRARY_IMPL(fabric, Autograd, m) {
  m.impl("linear_4bit", &linearAutograd);
  m.impl("linear_4bit_grad_input", &gradInputAutograd);
}

}  // namespace fabric::bnb
