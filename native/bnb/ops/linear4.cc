// fabric::linear_4bit: y = x W^T + b with a 4-bit W that is never there in full precision, and the gradients of x and b.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

#include <atomic>

#include "../kernels/gemv4.h"
#include "../../common/kernels/isa.h"
#include "quant4.h"
#include "scales4.h"

namespace fabric::bnb {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// Bytes of a dequantised panel.
constexpr int64_t kPanelBytes = 8 << 20;
/// Rows of activations that are widened at a time.
constexpr int64_t kRowsAtATime = 1024;
/// Elements of the weight that are worth a turn of a thread, of up to so many rows of activations: those fit the caches together.
constexpr int64_t kTurn = 131072, kRowsNear = 16;

/// A packed weight and what its codes mean.
struct Weight {
  Tensor packed;
  Scales4 scales;
  int64_t n, k, blocksize;
  Code4 code;
  c10::ScalarType dtype;

  const uint8_t* bytes() const { return static_cast<const uint8_t*>(packed.const_data_ptr()); }
  /// The scales of elements [begin, end), flat, by the number of their block.
  const float* scalesOf(int64_t begin, int64_t end) const { return scales.of(begin / blocksize, ceilDiv(end, blocksize)); }
};

Weight weightOf(const Tensor& packed, Scales4 scales, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype) {
  TORCH_CHECK_VALUE(shape.size() == 2, "expected a weight of two dimensions but its shape is ", shape);
  checkBlocksize4(blocksize);
  checkSizes4(packed, scales.count(), blocksize, shape[0] * shape[1]);
  return {packed.contiguous(), std::move(scales), shape[0], shape[1], blocksize, code4Of(quantType), dtype};
}

/// Calls f(begin, end) for pieces of `piece` out of [0, n), which the threads take in turns: one that is held up does not hold up the others.
template <typename F>
void inTurns(int64_t n, int64_t piece, F f) {
  const int64_t pieces = ceilDiv(n, piece), threads = std::min<int64_t>(pieces, at::get_num_threads());
  std::atomic<int64_t> next{0};
  at::parallel_for(0, threads, 1, [&](int64_t, int64_t) {
    for (int64_t i; (i = next.fetch_add(1)) < pieces;) f(i * piece, std::min(n, (i + 1) * piece));
  });
}

/// Dequantises columns [k0, k1) of rows [n0, n1) to `dtype`, contiguous.
Tensor panelOf(const Weight& w, int64_t n0, int64_t n1, int64_t k0, int64_t k1, c10::ScalarType dtype) {
  Tensor panel = at::empty({n1 - n0, k1 - k0}, w.packed.options().dtype(dtype));
  const Element element = elementOf(dtype);
  const int64_t size = static_cast<int64_t>(panel.element_size()), width = (k1 - k0) * size;
  char* to = static_cast<char*>(panel.mutable_data_ptr());
  // The kernel addresses results by the flat index of their weight.
  const auto dequantize = [&](int64_t row, int64_t begin, int64_t end) {
    quant4().dequantize(w.code, element, w.bytes(), w.scalesOf(begin, end), w.blocksize, begin, end, to + row * width - ((n0 + row) * w.k + k0) * size);
  };
  const bool whole = k0 == 0 && k1 == w.k;
  at::parallel_for(0, n1 - n0, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, k1 - k0)), [&](int64_t first, int64_t last) {
    if (whole) dequantize(first, (n0 + first) * w.k, (n0 + last) * w.k);
    else
      for (int64_t row = first; row < last; ++row) dequantize(row, (n0 + row) * w.k + k0, (n0 + row) * w.k + k1);
  });
  return panel;
}

/// y = x W^T + b in the kernels, W decoded as it is multiplied: x has rows of a multiple of 32 elements, y and `bias` (float32 or null) are contiguous.
void multiplyDecoded(const Weight& w, const Tensor& x, const float* bias, Tensor& y) {
  const Gemv4& kernel = gemv4();
  const int64_t rows = x.size(0), xStride = w.k + 16;
  const Element element = elementOf(x.scalar_type());
  const auto at = [](const Tensor& t, int64_t i) { return static_cast<const char*>(t.const_data_ptr()) + i * static_cast<int64_t>(t.element_size()); };
  const Tensor arranged = at::empty({rows, xStride}, x.options().dtype(c10::kFloat));
  float* apart = arranged.mutable_data_ptr<float>();
  at::parallel_for(0, rows, ceilDiv(kTurn, w.k), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) kernel.arrange(element, at(x, row * w.k), w.k, apart + row * xStride);
  });
  Tensor sums = element == Element::Float32 ? y : at::empty(y.sizes(), arranged.options());
  float* to = sums.mutable_data_ptr<float>();
  char* out = static_cast<char*>(y.mutable_data_ptr());
  const bool few = rows <= kernel.fewRows;
  // Two turns a thread at least, in groups of four rows of the weight.
  const int64_t most = rows <= kRowsNear ? ceilDiv(kTurn, w.k) : kernel.tileRows, fair = std::max<int64_t>(1, ceilDiv(w.n, 2 * at::get_num_threads()));
  inTurns(w.n, std::min(most, ceilDiv(fair, 4) * 4), [&](int64_t begin, int64_t end) {
    const Weight4 weight{w.code, element, w.bytes(), w.scalesOf(begin * w.k, end * w.k), w.blocksize, w.k};
    if (few) kernel.few(weight, begin, end, apart, xStride, rows, to, w.n);
    else {
      thread_local std::vector<float> tile;
      tile.resize(static_cast<size_t>(kernel.tileFloats));
      kernel.many(weight, begin, end, apart, xStride, rows, to, w.n, tile.data());
    }
    if (bias != nullptr || element != Element::Float32)
      for (int64_t row = 0; row < rows; ++row) {
        const int64_t i = row * w.n + begin;
        kernel.finish(to + i, bias == nullptr ? nullptr : bias + begin, end - begin, element, out + i * static_cast<int64_t>(y.element_size()));
      }
  });
}

Tensor multiplyDecoded(const Weight& w, const Tensor& x, const MaybeTensor& bias) {
  Tensor y = at::empty({x.size(0), w.n}, x.options());
  const Tensor rows = x.contiguous(), wide = bias.has_value() ? bias->to(c10::kFloat).contiguous() : Tensor();
  for (int64_t m = 0; m < x.size(0); m += kRowsAtATime) {
    const int64_t end = std::min(x.size(0), m + kRowsAtATime);
    Tensor part = y.slice(0, m, end);
    multiplyDecoded(w, rows.slice(0, m, end), wide.defined() ? wide.const_data_ptr<float>() : nullptr, part);
  }
  return y;
}

/// The dtype that libtorch multiplies numbers of `dtype` in: float32 for those of 16 bits that the CPU has no products for, which is many times
/// faster; their products are exact in it.
c10::ScalarType productType(c10::ScalarType dtype) { return dtype == c10::kHalf || (dtype == c10::kBFloat16 && !hasBf16Products()) ? c10::kFloat : dtype; }

/// Panels of the weight, dequantised into the caches, and libtorch's product.
Tensor multiplyPanels(const Weight& w, const Tensor& x, const MaybeTensor& bias) {
  const c10::ScalarType type = x.scalar_type(), wide = productType(type);
  const Tensor rows = x.to(wide);
  Tensor y = at::empty({x.size(0), w.n}, x.options());
  const MaybeTensor b = bias.has_value() ? MaybeTensor(bias->to(wide)) : bias;
  const int64_t fit = std::max<int64_t>(16, kPanelBytes / std::max<int64_t>(1, w.k * static_cast<int64_t>(rows.element_size())));
  for (int64_t n = 0; n < w.n; n += fit) {
    const int64_t end = std::min(w.n, n + fit);
    const Tensor part = at::linear(rows, panelOf(w, n, end, 0, w.k, type).to(wide), b.has_value() ? MaybeTensor(b->slice(0, n, end)) : std::nullopt);
    if (end - n == w.n) return part.to(type);
    y.slice(1, n, end).copy_(part);
  }
  return y;
}

void checkInput(const Tensor& input, at::IntArrayRef shape) {
  checkFloating(input);
  TORCH_CHECK_VALUE(input.dim() >= 1 && shape.size() == 2 && input.size(-1) == shape[1], "expected an input whose last dimension is ",
                    shape.size() == 2 ? shape[1] : -1, " but its shape is ", input.sizes());
}

/// [..., width] as rows, also of no width.
Tensor matrixOf(const Tensor& t) { return t.reshape({c10::multiply_integers(t.sizes().slice(0, t.dim() - 1)), t.size(-1)}); }

std::vector<int64_t> outputSizes(const Tensor& input, int64_t n) {
  std::vector<int64_t> sizes = input.sizes().vec();
  sizes.back() = n;
  return sizes;
}

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype,
              const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkOneDevice(input, weight, absmax, bias, nestedAbsmax, nestedCode, nestedOffset);
  checkInput(input, shape);
  const Weight w = weightOf(weight, {absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize}, shape, blocksize, quantType, dtype);
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->numel() == w.n), "expected a bias of [", w.n, "]");
  const Tensor x = matrixOf(input.scalar_type() == c10::kDouble ? input.to(c10::kFloat) : input);
  // Groups of codes are whole only where rows are multiples of 32; of others panels are made.
  const bool decoded = x.size(0) < gemv4().panelRows[static_cast<int>(elementOf(x.scalar_type()))] && w.k % 32 == 0 && w.k > 0;
  const Tensor y = decoded ? multiplyDecoded(w, x, bias) : multiplyPanels(w, x, bias);
  return y.to(input.scalar_type()).reshape(outputSizes(input, w.n));
}

Tensor linearMeta(const Tensor& input, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType, c10::ScalarType dtype,
                  const MaybeTensor& bias, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkOneDevice(input, weight, absmax, bias, nestedAbsmax, nestedCode, nestedOffset);
  checkInput(input, shape);
  checkBlocksize4(blocksize);
  code4Of(quantType);
  return at::empty(outputSizes(input, shape[0]), input.options());
}

/// dX = dY W, with W as dequantising gives it, in panels of columns.
Tensor gradInput(const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                 c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkOneDevice(gradOutput, weight, absmax, nestedAbsmax, nestedCode, nestedOffset);
  const Weight w = weightOf(weight, {absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize}, shape, blocksize, quantType, dtype);
  TORCH_CHECK_VALUE(gradOutput.dim() >= 1 && gradOutput.size(-1) == w.n, "expected a gradient whose last dimension is ", w.n, " but its shape is ", gradOutput.sizes());
  const c10::ScalarType type = writable(gradOutput.scalar_type()), wide = productType(type);
  const Tensor g = matrixOf(gradOutput.to(wide));
  Tensor x = at::empty({g.size(0), w.k}, g.options().dtype(type));
  const int64_t fit = kPanelBytes / std::max<int64_t>(1, w.n * static_cast<int64_t>(g.element_size())) / 64 * 64, step = std::max<int64_t>(256, fit);
  for (int64_t k = 0; k < w.k; k += step) {
    const int64_t end = std::min(w.k, k + step);
    const Tensor panel = panelOf(w, 0, w.n, k, end, writable(w.dtype)).to(type).to(wide);
    if (end - k == w.k) return at::mm(g, panel).to(gradOutput.scalar_type()).reshape(outputSizes(gradOutput, w.k));
    x.slice(1, k, end).copy_(at::mm(g, panel));
  }
  return x.to(gradOutput.scalar_type()).reshape(outputSizes(gradOutput, w.k));
}

Tensor gradInputMeta(const Tensor& gradOutput, const Tensor& weight, const Tensor& absmax, at::IntArrayRef shape, int64_t blocksize, c10::string_view quantType,
                     c10::ScalarType dtype, const MaybeTensor& nestedAbsmax, const MaybeTensor& nestedCode, const MaybeTensor& nestedOffset, int64_t nestedBlocksize) {
  checkOneDevice(gradOutput, weight, absmax, nestedAbsmax, nestedCode, nestedOffset);
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
