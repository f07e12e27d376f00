// oneDNN's LSTM layer under autocast. libtorch takes it for float32 input, and autocast then casts without asking whether oneDNN has a layer for the
// format: without AVX-512 it has none, nor has it one in float16 that learns, and libtorch throws.
#include <ATen/autocast_mode.h>
#include <ATen/ops/mkldnn_rnn_layer.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <tuple>

#include "capability.h"
#include "register.h"

namespace fabric::half {
namespace {

using at::Tensor;

/// What the layer computes in under an autocast to `dtype`.
c10::ScalarType computedIn(c10::ScalarType dtype) {
  // As libtorch itself takes oneDNN's float16 layers: for inference only.
  return takes(dtype) || (dtype == c10::kHalf && at::GradMode::is_enabled()) ? c10::kFloat : dtype;
}

/// As autocast's own kernel, but in float32 where it has to be; results have autocast's dtype in any case.
std::tuple<Tensor, Tensor, Tensor, Tensor> layer(const Tensor& input, const Tensor& w0, const Tensor& w1, const Tensor& w2, const Tensor& w3, const Tensor& h, const Tensor& c,
                                                 bool reverse, at::IntArrayRef batchSizes, int64_t mode, int64_t hiddenSize, int64_t layers, bool hasBiases,
                                                 bool bidirectional, bool batchFirst, bool train) {
  const c10::impl::ExcludeDispatchKeyGuard guard(at::autocast::get_autocast_dispatch_key_from_device_type(c10::kCPU));
  const c10::ScalarType dtype = at::autocast::get_autocast_dtype(c10::kCPU), computed = computedIn(dtype);
  const auto cast = [&](const Tensor& t) { return at::autocast::cached_cast(computed, t, c10::kCPU); };
  auto [y, hy, cy, workspace] = at::mkldnn_rnn_layer(cast(input), cast(w0), cast(w1), cast(w2), cast(w3), cast(h), cast(c), reverse, batchSizes, mode, hiddenSize, layers, hasBiases,
                                                     bidirectional, batchFirst, train);
  return {y.to(dtype), hy.to(dtype), cy.to(dtype), workspace};
}

}  // namespace

void registerRecurrent(torch::Library& autocast) { autocast.impl("mkldnn_rnn_layer", &layer); }

}  // namespace fabric::half
