// `_fused_adam_`, `_fused_adamw_` and `_fused_sgd_` for 16-bit CPU parameters. libtorch 2.13's own are wrong for them (SGD loses its momentum
// in the vectorised part, float16 Adam is off by whole units). Here every number is read once, computed with in float32 and rounded once.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_fused_adam_native.h>
#include <ATen/ops/_fused_adamw_native.h>
#include <ATen/ops/_fused_sgd_native.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <utility>
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

/// All lists hold 16-bit CPU tensors of one dtype; others are libtorch's to take or refuse.
bool ours(TensorList params, std::initializer_list<TensorList> others) {
  if (params.empty()) return false;
  const auto same = [&](const Tensor& t) { return isHalf(t) && t.scalar_type() == params[0].scalar_type(); };
  if (!std::all_of(params.begin(), params.end(), same)) return false;
  for (const TensorList& list : others)
    if (!list.empty() && (list.size() != params.size() || !std::all_of(list.begin(), list.end(), same))) return false;
  return true;
}

/// A parameter's tensors side by side in memory, in one order: copies where their strides differ or overlap, written back at the end.
class Aligned {
 public:
  explicit Aligned(const Tensor& param) : strides_(param.strides().vec()), sizes_(param.sizes().vec()), dense_(param.is_non_overlapping_and_dense()) {}

  Tensor take(const Tensor& t, bool written = true) {
    TORCH_CHECK(t.sizes() == at::IntArrayRef(sizes_), "fused step: a parameter has the shape ", at::IntArrayRef(sizes_), ", its gradient or state ", t.sizes());
    if (dense_ ? t.strides() == at::IntArrayRef(strides_) : t.is_contiguous()) return t;
    Tensor copy = dense_ ? at::empty_strided(sizes_, strides_, t.options()) : at::empty(sizes_, t.options());
    copy.copy_(t);
    if (written) back_.emplace_back(t, copy);
    return copy;
  }
  void writeBack() {
    for (auto& [t, copy] : back_) t.copy_(copy);
  }

 private:
  std::vector<int64_t> strides_, sizes_;
  bool dense_;
  std::vector<std::pair<Tensor, Tensor>> back_;
};

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
    Aligned aligned(params[t]);
    const Tensor param = aligned.take(params[t]), grad = aligned.take(grads[t], scale != 1.f), expAvg = aligned.take(expAvgs[t]), expAvgSq = aligned.take(expAvgSqs[t]);
    const Tensor max = amsgrad ? aligned.take(maxes[t]) : Tensor();
    at::parallel_for(0, param.numel(), kGrain, [&](int64_t begin, int64_t end) {
      float p[kRun], g[kRun], m[kRun], v[kRun], x[kRun];
      for (int64_t i = begin; i < end; i += kRun) {
        const int64_t n = std::min(kRun, end - i);
        rows.widen(at2(param, i), p, n);
        readGradient(rows, grad, i, n, scale, g);
        rows.widen(at2(expAvg, i), m, n);
        rows.widen(at2(expAvgSq, i), v, n);
        if (amsgrad) rows.widen(at2(max, i), x, n);
        steps().adam(p, g, m, v, x, n, step);
        rows.narrow(p, at2(param, i), n);
        rows.narrow(m, at2(expAvg, i), n);
        rows.narrow(v, at2(expAvgSq, i), n);
        if (amsgrad) rows.narrow(x, at2(max, i), n);
      }
    });
    aligned.writeBack();
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
    Aligned aligned(params[t]);
    const Tensor param = aligned.take(params[t]), grad = aligned.take(grads[t], scale != 1.f);
    const Tensor buffer = hasMomentum ? aligned.take(buffers[t]) : Tensor();
    at::parallel_for(0, param.numel(), kGrain, [&](int64_t begin, int64_t end) {
      float p[kRun], g[kRun], b[kRun];
      for (int64_t i = begin; i < end; i += kRun) {
        const int64_t n = std::min(kRun, end - i);
        rows.widen(at2(param, i), p, n);
        readGradient(rows, grad, i, n, scale, g);
        if (hasMomentum) rows.widen(at2(buffer, i), b, n);
        steps().sgd(p, g, hasMomentum ? b : nullptr, n, step);
        rows.narrow(p, at2(param, i), n);
        if (hasMomentum) rows.narrow(b, at2(buffer, i), n);
      }
    });
    aligned.writeBack();
  }
}

}  // namespace

void registerOptimizers(torch::Library& aten) {
  aten.impl("_fused_adam_", TORCH_FN(adam));
  aten.impl("_fused_adamw_", TORCH_FN(adamw));
  aten.impl("_fused_sgd_", TORCH_FN(sgd));
}

}  // namespace fabric::fused
