// fabric::amp_unscale_norm_: unscales gradients, looks for inf and nan, and takes their norm, reading each number once.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <cmath>
#include <vector>

#include "fused.h"
#include "steps.h"

namespace fabric::fused {
namespace {

using at::Tensor;
using at::TensorList;

constexpr int64_t kChunk = 64 * 1024;

/// A part of a gradient.
struct Chunk {
  float* data;
  int64_t n;
};

float factorOf(const std::optional<Tensor>& invScale) { return invScale.has_value() && invScale->defined() ? invScale->item<float>() : 1.f; }

bool ours(const Tensor& t) { return t.device().is_cpu() && t.scalar_type() == c10::kFloat && t.layout() == at::kStrided && t.is_non_overlapping_and_dense(); }

/// By libtorch's operators, a pass each: other devices, dtypes and layouts.
Tensor composite(TensorList grads, Tensor& foundInf, const std::optional<Tensor>& invScale, bool write) {
  const Tensor one = at::ones({}, foundInf.options());
  if (grads.empty()) return at::zeros({}, foundInf.options());
  const Tensor factor = invScale.has_value() && invScale->defined() ? invScale->to(foundInf.device()) : one;
  // A factor of 1 writes the same numbers back.
  at::_amp_foreach_non_finite_check_and_unscale_(grads, foundInf, write ? factor : one);
  std::vector<Tensor> norms = at::_foreach_norm(grads, 2);
  for (Tensor& norm : norms) norm = norm.to(foundInf.options());
  const Tensor total = at::linalg_vector_norm(at::stack(norms));
  return write ? total : total.mul(factor);
}

Tensor compositeUnscaleNorm(TensorList grads, Tensor foundInf, const std::optional<Tensor>& invScale, bool write) {
  at::NoGradGuard noGrad;
  return composite(grads, foundInf, invScale, write);
}

Tensor unscaleNorm(TensorList grads, Tensor foundInf, const std::optional<Tensor>& invScale, bool write) {
  for (const Tensor& grad : grads)
    if (!ours(grad)) return composite(grads, foundInf, invScale, write);
  const float factor = factorOf(invScale);
  std::vector<Chunk> chunks;
  for (const Tensor& grad : grads) {
    float* data = grad.mutable_data_ptr<float>();
    for (int64_t i = 0; i < grad.numel(); i += kChunk) chunks.push_back({data + i, std::min(kChunk, grad.numel() - i)});
  }
  // One sum a chunk, added in order: the same whatever the number of threads.
  std::vector<double> sums(chunks.size());
  at::parallel_for(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const Chunk& chunk = chunks[static_cast<size_t>(i)];
      sums[static_cast<size_t>(i)] = write && factor != 1.f ? steps().unscaleAndSum(chunk.data, chunk.n, factor) : steps().sumOfSquares(chunk.data, chunk.n, factor);
    }
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  // Squares of float32 numbers do not overflow float64, so only inf or nan makes the sum so.
  if (!std::isfinite(total)) foundInf.fill_(1.f);
  if (write && factor != 1.f)
    for (const Tensor& grad : grads) grad.unsafeGetTensorImpl()->bump_version();
  return at::full({}, std::sqrt(total), at::TensorOptions(at::kFloat));
}

}  // namespace

void defineAmp(torch::Library& fabric) {
  fabric.def("amp_unscale_norm_(Tensor(a!)[] grads, Tensor(b!) found_inf, Tensor? inv_scale=None, bool write=True) -> Tensor");
  fabric.impl("amp_unscale_norm_", c10::DispatchKey::CompositeExplicitAutograd, TORCH_FN(compositeUnscaleNorm));
}
void implementAmpOnCpu(torch::Library& fabric) { fabric.impl("amp_unscale_norm_", TORCH_FN(unscaleNorm)); }

}  // namespace fabric::fused
