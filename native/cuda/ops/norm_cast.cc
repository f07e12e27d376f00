// fabric::fp8_layer_norm_cast and fabric::fp8_rms_norm_cast on CUDA.
#include "fp8.h"

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;
using LayerNorm = std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor>;
using RmsNorm = std::tuple<Tensor, Tensor, Tensor, Tensor>;

struct Norm {
  const char* name;
  const Tensor& weight;
  const MaybeTensor& bias;
  double eps;
  bool isZeroCentered;
};

struct Target {
  const Tensor& scale;
  int64_t slot;
  const MaybeTensor& history;
  c10::ScalarType dtype;
};

/// Fills the results; `mean` may be null, and `turned` is only where it is not empty.
void fill(const OnDevice& device, const Tensor& x, const Norm& norm, const Target& target, Tensor& codes, Tensor* turned, Tensor& inverse, Tensor* mean, Tensor& rstd) {
  const Tensor source = aligned(x), weight = aligned(norm.weight), bias = norm.bias.has_value() ? aligned(*norm.bias) : Tensor();
  const Rows size = rowsOf(x);
  const FabricNorm parameters{weight.const_data_ptr(), bias.defined() ? bias.const_data_ptr() : nullptr, static_cast<int>(elementOf(weight.scalar_type())),
                              bias.defined() ? static_cast<int>(elementOf(bias.scalar_type())) : 0, norm.isZeroCentered, static_cast<float>(norm.eps)};
  float* collected = target.history.has_value() ? target.history->mutable_data_ptr<float>() + target.slot : nullptr;
  check(fabric_cuda_fp8_norm_cast(format8Of(target.dtype), static_cast<int>(elementOf(source.scalar_type())), source.const_data_ptr(), size.rows, size.cols, parameters,
                                  target.scale.const_data_ptr<float>() + target.slot, collected, codes.mutable_data_ptr(), inverse.mutable_data_ptr<float>(),
                                  mean == nullptr ? nullptr : mean->mutable_data_ptr<float>(), rstd.mutable_data_ptr<float>(), device.stream()),
        norm.name);
  // A pass of its own: the codes were written a moment ago, and are one byte each.
  if (turned != nullptr) check(fabric_cuda_fp8_transpose(codes.const_data_ptr(), size.rows, size.cols, turned->mutable_data_ptr(), device.stream()), norm.name);
}

LayerNorm layerNorm(const Tensor& x, const Tensor& weight, const MaybeTensor& bias, double eps, bool zeroCenteredGamma, const Tensor& scale, int64_t slot, const MaybeTensor& history,
                    c10::ScalarType dtype, bool transpose) {
  const OnDevice device(x);
  auto outputs = outputsOf<"fabric::fp8_layer_norm_cast", LayerNorm(const Tensor&, const Tensor&, const MaybeTensor&, double, bool, const Tensor&, int64_t, const MaybeTensor&, c10::ScalarType, bool)>(x, weight, bias, eps, zeroCenteredGamma, scale, slot, history, dtype, transpose);
  auto& [codes, turned, inverse, mean, rstd] = outputs;
  fill(device, x, {"fabric::fp8_layer_norm_cast", weight, bias, eps, zeroCenteredGamma}, {scale, slot, history, dtype}, codes, transpose ? &turned : nullptr, inverse, &mean, rstd);
  return outputs;
}

RmsNorm rmsNorm(const Tensor& x, const Tensor& weight, double eps, bool zeroCenteredGamma, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype,
                bool transpose) {
  const OnDevice device(x);
  auto outputs = outputsOf<"fabric::fp8_rms_norm_cast", RmsNorm(const Tensor&, const Tensor&, double, bool, const Tensor&, int64_t, const MaybeTensor&, c10::ScalarType, bool)>(x, weight, eps, zeroCenteredGamma, scale, slot, history, dtype, transpose);
  auto& [codes, turned, inverse, rstd] = outputs;
  fill(device, x, {"fabric::fp8_rms_norm_cast", weight, std::nullopt, eps, zeroCenteredGamma}, {scale, slot, history, dtype}, codes, transpose ? &turned : nullptr, inverse, nullptr, rstd);
  return outputs;
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("fp8_layer_norm_cast", &layerNorm);
  m.impl("fp8_rms_norm_cast", &rmsNorm);
}

}  // namespace fabric::cuda
