// `_fused_adam_`, `_fused_adamw_` and `_fused_sgd_` for 16-bit CPU parameters. libtorch 2.13's own are wrong for them (SGD loses its momentum
// in the vectorised part, float16 Adam is off by whole units). Here every number is read once, computed with in float32 and rounded once.
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_fused_adam_native.h>
#include <ATen/ops/_fused_adamw_native.h>
#include <ATen/ops/_fused_sgd_native.h>
#include <torch/library.h>

#include <cmath>
#include <vector>

#include "../half/rows.h"
#include "fused.h"
#include "steps.h"

namespace fabric::fused {
namespace {

using at::Tensor;
using at::TensorList;
using MaybeTensor = std::optional<Tensor>;

/// Numbers that one thread takes at a time, and that stay in its first-level cache as float32.
constexpr int64_t kRun = 1024;
constexpr int64_t kGrain = 32 * kRun;

bool isHalf(const Tensor& t) { return (t.scalar_type() == c10::kBFloat16 || t.scalar_type() == c10::kHalf) && t.device().is_cpu() && t.layout() == at::kStrided; }

/// All lists hold dense 16-bit tensors laid out as their parameters.
bool ours(TensorList params, std::initializer_list<TensorList> others) {
  if (params.empty() || !isHalf(params[0])) return false;
  for (size_t i = 0; i < params.size(); ++i) {
    if (!params[i].is_non_overlapping_and_dense() || params[i].scalar_type() != params[0].scalar_type()) return false;
    for (const TensorList& list : others) {
      if (list.empty()) continue;
      const Tensor& t = list[i];
      if (t.scalar_type() != params[0].scalar_type() || t.layout() != at::kStrided || t.strides() != params[i].strides() || t.sizes() != params[i].sizes()) return false;
    }
  }
  return true;
}

bool isSkipped(const MaybeTensor& foundInf) { return foundInf.has_value() && foundInf->defined() && foundInf->item<float>() != 0.f; }

float scaleOf(const MaybeTensor& gradScale) { return gradScale.has_value() && gradScale->defined() ? gradScale->item<float>() : 1.f; }

char* at2(const Tensor& t, int64_t i) { return static_cast<char*>(t.data_ptr()) + 2 * i; }

/// A gradient's run in float32, divided by its scale; the quotient is written back, as libtorch's kernels do.
void readGradient(const half::Rows& rows, const Tensor& grad, int64_t i, int64_t n, float scale, float* g) {
  rows.widen(at2(grad, i), g, n);
  if (scale == 1.f) return;
  for (int64_t j = 0; j < n; ++j) g[j] /= scale;
  rows.narrow(g, at2(grad, i), n);
}

void adamHalf(TensorList params, TensorList grads, TensorList expAvgs, TensorList expAvgSqs, TensorList maxes, TensorList counts, double lr, double beta1, double beta2,
              double weightDecay, double eps, bool amsgrad, bool maximize, const MaybeTensor& gradScale, const MaybeTensor& foundInf, bool decoupled) {
  if (isSkipped(foundInf)) return;
  const float scale = scaleOf(gradScale);
  const half::Rows& rows = half::rowsOf(params[0].scalar_type());
  for (size_t t = 0; t < params.size(); ++t) {
    const double count = counts[t].item<double>();
    const AdamStep step{static_cast<float>(lr),   static_cast<float>(beta1), static_cast<float>(beta2), static_cast<float>(weightDecay),
                        static_cast<float>(eps), static_cast<float>(lr / (1 - std::pow(beta1, count))), static_cast<float>(std::sqrt(1 - std::pow(beta2, count))),
                        decoupled,                amsgrad,                   maximize};
    at::parallel_for(0, params[t].numel(), kGrain, [&](int64_t begin, int64_t end) {
      float p[kRun], g[kRun], m[kRun], v[kRun], x[kRun];
      for (int64_t i = begin; i < end; i += kRun) {
        const int64_t n = std::min(kRun, end - i);
        rows.widen(at2(params[t], i), p, n);
        readGradient(rows, grads[t], i, n, scale, g);
        rows.widen(at2(expAvgs[t], i), m, n);
        rows.widen(at2(expAvgSqs[t], i), v, n);
        if (amsgrad) rows.widen(at2(maxes[t], i), x, n);
        steps().adam(p, g, m, v, x, n, step);
        rows.narrow(p, at2(params[t], i), n);
        rows.narrow(m, at2(expAvgs[t], i), n);
        rows.narrow(v, at2(expAvgSqs[t], i), n);
        if (amsgrad) rows.narrow(x, at2(maxes[t], i), n);
      }
    });
  }
}

void adam(TensorList params, TensorList grads, TensorList expAvgs, TensorList expAvgSqs, TensorList maxes, TensorList counts, double lr, double beta1, double beta2,
          double weightDecay, double eps, bool amsgrad, bool maximize, const MaybeTensor& gradScale, const MaybeTensor& foundInf) {
  if (!ours(params, {grads, expAvgs, expAvgSqs, maxes}))
    return at::native::_fused_adam_kernel_cpu_(params, grads, expAvgs, expAvgSqs, maxes, counts, lr, beta1, beta2, weightDecay, eps, amsgrad, maximize, gradScale, foundInf);
  adamHalf(params, grads, expAvgs, expAvgSqs, maxes, counts, lr, beta1, beta2, weightDecay, eps, amsgrad, maximize, gradScale, foundInf, false);
}

void adamw(TensorList params, TensorList grads, TensorList expAvgs, TensorList expAvgSqs, TensorList maxes, TensorList counts, double lr, double beta1, double beta2,
           double weightDecay, double eps, bool amsgrad, bool maximize, const MaybeTensor& gradScale, const MaybeTensor& foundInf) {
  if (!ours(params, {grads, expAvgs, expAvgSqs, maxes}))
    return at::native::_fused_adamw_kernel_cpu_(params, grads, expAvgs, expAvgSqs, maxes, counts, lr, beta1, beta2, weightDecay, eps, amsgrad, maximize, gradScale, foundInf);
  adamHalf(params, grads, expAvgs, expAvgSqs, maxes, counts, lr, beta1, beta2, weightDecay, eps, amsgrad, maximize, gradScale, foundInf, true);
}

void sgd(TensorList params, TensorList grads, TensorList buffers, double weightDecay, double momentum, double lr, double dampening, bool nesterov, bool maximize,
         bool isFirstStep, const MaybeTensor& gradScale, const MaybeTensor& foundInf) {
  if (!ours(params, {grads, buffers}))
    return at::native::_fused_sgd_kernel_cpu_(params, grads, buffers, weightDecay, momentum, lr, dampening, nesterov, maximize, isFirstStep, gradScale, foundInf);
  if (isSkipped(foundInf)) return;
  const float scale = scaleOf(gradScale);
  const bool hasMomentum = !buffers.empty() && momentum != 0;
  const half::Rows& rows = half::rowsOf(params[0].scalar_type());
  const SgdStep step{static_cast<float>(lr), static_cast<float>(weightDecay), static_cast<float>(momentum), static_cast<float>(dampening), nesterov, maximize, isFirstStep};
  for (size_t t = 0; t < params.size(); ++t) {
    at::parallel_for(0, params[t].numel(), kGrain, [&](int64_t begin, int64_t end) {
      float p[kRun], g[kRun], b[kRun];
      for (int64_t i = begin; i < end; i += kRun) {
        const int64_t n = std::min(kRun, end - i);
        rows.widen(at2(params[t], i), p, n);
        readGradient(rows, grads[t], i, n, scale, g);
        if (hasMomentum) rows.widen(at2(buffers[t], i), b, n);
        steps().sgd(p, g, hasMomentum ? b : nullptr, n, step);
        rows.narrow(p, at2(params[t], i), n);
        if (hasMomentum) rows.narrow(b, at2(buffers[t], i), n);
      }
    });
  }
}

}  // namespace

void registerOptimizers(torch::Library& aten) {
  aten.impl("_fused_adam_", TORCH_FN(adam));
  aten.impl("_fused_adamw_", TORCH_FN(adamw));
  aten.impl("_fused_sgd_", TORCH_FN(sgd));
}

}  // namespace fabric::fused
