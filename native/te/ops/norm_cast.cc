// fabric::fp8_layer_norm_cast and fabric::fp8_rms_norm_cast: norms over the last dimension, computed in float32 and cast to FP8 without another rounding.
// Here by libtorch's norm and fp8_cast, one after the other.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/native_layer_norm.h>

#include "fp8.h"

namespace fabric::te {
namespace {

using MaybeTensor = std::optional<Tensor>;
using Cast = std::tuple<Tensor, Tensor, Tensor>;
using LayerNorm = std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor>;
using RmsNorm = std::tuple<Tensor, Tensor, Tensor, Tensor>;

void checkNorm(const Tensor& x, const Tensor& weight, const MaybeTensor& bias) {
  checkFloating(x);
  checkFloating(weight);
  checkOneDevice(x, weight, bias);
  TORCH_CHECK_VALUE(x.dim() > 0 && x.size(-1) > 0, "expected a last dimension that is not empty but the shape of x is ", x.sizes());
  TORCH_CHECK_VALUE(weight.dim() == 1 && weight.size(0) == x.size(-1), "expected a weight of [", x.size(-1), "] but its shape is ", weight.sizes());
  if (!bias.has_value()) return;
  checkFloating(*bias);
  TORCH_CHECK_VALUE(bias->sizes() == weight.sizes(), "expected a bias of ", weight.sizes(), " but its shape is ", bias->sizes());
}

const auto& castOperator() {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("fabric::fp8_cast", "")
                             .typed<Cast(const Tensor&, const Tensor&, int64_t, const MaybeTensor&, c10::ScalarType, bool)>();
  return op;
}

Tensor wide(const Tensor& t) { return t.to(c10::kFloat); }

Tensor factorOf(const Tensor& weight, bool isZeroCentered) { return isZeroCentered ? wide(weight).add(1) : wide(weight); }

LayerNorm layerNorm(const Tensor& x, const Tensor& weight, const MaybeTensor& bias, double eps, bool zeroCenteredGamma, const Tensor& scale, int64_t slot, const MaybeTensor& history,
                    c10::ScalarType dtype, bool transpose) {
  checkNorm(x, weight, bias);
  const MaybeTensor shift = bias.has_value() ? MaybeTensor(wide(*bias)) : std::nullopt;
  const auto [y, mean, rstd] = at::native_layer_norm(wide(x), {x.size(-1)}, factorOf(weight, zeroCenteredGamma), shift, eps);
  const auto [codes, turned, inverse] = castOperator().call(y, scale, slot, history, dtype, transpose);
  return {codes, turned, inverse, mean, rstd};
}

RmsNorm rmsNorm(const Tensor& x, const Tensor& weight, double eps, bool zeroCenteredGamma, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype,
                bool transpose) {
  checkNorm(x, weight, std::nullopt);
  const Tensor values = wide(x), rstd = values.square().mean({-1}, true).add(eps).rsqrt();
  const auto [codes, turned, inverse] = castOperator().call(values.mul(rstd).mul(factorOf(weight, zeroCenteredGamma)), scale, slot, history, dtype, transpose);
  return {codes, turned, inverse, rstd};
}

/// A number for each row.
Tensor emptyRows(const Tensor& x) {
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = 1;
  return at::empty(shape, x.options().dtype(c10::kFloat).memory_format(std::nullopt));
}

/// The cast's checks and results, without a kernel.
Cast emptyCast(const Tensor& x, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype, bool transpose) {
  return castOperator().redispatch(c10::DispatchKeySet(c10::DispatchKey::Meta), x, scale, slot, history, dtype, transpose);
}

LayerNorm layerNormMeta(const Tensor& x, const Tensor& weight, const MaybeTensor& bias, double eps, bool zeroCenteredGamma, const Tensor& scale, int64_t slot, const MaybeTensor& history,
                        c10::ScalarType dtype, bool transpose) {
  checkNorm(x, weight, bias);
  const auto [codes, turned, inverse] = emptyCast(x, scale, slot, history, dtype, transpose);
  return {codes, turned, inverse, emptyRows(x), emptyRows(x)};
}

RmsNorm rmsNormMeta(const Tensor& x, const Tensor& weight, double eps, bool zeroCenteredGamma, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype,
                    bool transpose) {
  checkNorm(x, weight, std::nullopt);
  const auto [codes, turned, inverse] = emptyCast(x, scale, slot, history, dtype, transpose);
  return {codes, turned, inverse, emptyRows(x)};
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def(
      "fp8_layer_norm_cast(Tensor x, Tensor weight, Tensor? bias, float eps, bool zero_centered_gamma, Tensor scale, int slot, Tensor(a!)? history, ScalarType dtype, "
      "bool transpose=False) -> (Tensor codes, Tensor transposed, Tensor scale_inv, Tensor mean, Tensor rstd)");
  m.def(
      "fp8_rms_norm_cast(Tensor x, Tensor weight, float eps, bool zero_centered_gamma, Tensor scale, int slot, Tensor(a!)? history, ScalarType dtype, bool transpose=False) "
      "-> (Tensor codes, Tensor transposed, Tensor scale_inv, Tensor rstd)");
  for (const char* name : {"fp8_layer_norm_cast", "fp8_rms_norm_cast"}) implMissing(m, name);
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("fp8_layer_norm_cast", &layerNorm);
  m.impl("fp8_rms_norm_cast", &rmsNorm);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("fp8_layer_norm_cast", &layerNormMeta);
  m.impl("fp8_rms_norm_cast", &rmsNormMeta);
}

}  // namespace fabric::te
