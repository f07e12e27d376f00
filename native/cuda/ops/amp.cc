// fabric::amp_unscale_norm_ on CUDA, in place of the one that is composed of libtorch's operators.
#include <ATen/core/LegacyTypeDispatch.h>

#include <map>
#include <vector>

#include "../kernels/entries_optim.h"
#include "common.h"

namespace fabric::cuda {
namespace {

using at::TensorList;

int elementCode(c10::ScalarType dtype) { return dtype == c10::kDouble ? kFloat64 : static_cast<int>(elementOf(dtype)); }

Tensor unscaleNorm(TensorList grads, Tensor foundInf, const std::optional<Tensor>& invScale, bool write) {
  TORCH_CHECK_VALUE(foundInf.scalar_type() == c10::kFloat && foundInf.numel() == 1, "amp_unscale_norm_: expected one float32 number as found_inf but received ",
                    foundInf.numel(), " of ", foundInf.scalar_type());
  for (const Tensor& grad : grads) {
    checkOneDevice(foundInf, grad);
    checkFloating(grad);
  }
  const at::AutoDispatchBelowADInplaceOrView below;
  const OnDevice device(foundInf);
  const bool hasScale = invScale.has_value() && invScale->defined();
  const Tensor factor = hasScale ? invScale->to(foundInf.options()) : Tensor();
  const float* by = hasScale ? factor.const_data_ptr<float>() : nullptr;

  // The numbers in the order in which they lie; a copy where they do not lie side by side.
  std::vector<Tensor> dense;
  std::map<c10::ScalarType, std::vector<GradTensor>> byType;
  int64_t chunks = 0;
  for (const Tensor& grad : grads) {
    dense.push_back(grad.is_non_overlapping_and_dense() ? grad : grad.contiguous());
    byType[grad.scalar_type()].push_back({dense.back().mutable_data_ptr(), grad.numel(), 0});
    chunks += ceilDiv(grad.numel(), fabric_cuda_unscale_chunk());
  }
  Tensor partials = at::empty({chunks}, foundInf.options().dtype(c10::kDouble)), norm = at::empty({}, foundInf.options());
  double* sums = partials.mutable_data_ptr<double>();
  for (const auto& [dtype, tensors] : byType) {
    check(fabric_cuda_unscale(elementCode(dtype), tensors.data(), static_cast<int64_t>(tensors.size()), by, write, sums, device.stream()), "amp_unscale_norm_");
    for (const GradTensor& tensor : tensors) sums += ceilDiv(tensor.n, fabric_cuda_unscale_chunk());
  }
  check(fabric_cuda_finish_norm(partials.const_data_ptr<double>(), chunks, norm.mutable_data_ptr<float>(), foundInf.mutable_data_ptr<float>(), device.stream()),
        "amp_unscale_norm_");
  if (!write || !hasScale) return norm;
  for (size_t i = 0; i < grads.size(); ++i) {
    if (!dense[i].is_same(grads[i])) grads[i].copy_(dense[i]);
    if (!grads[i].is_inference()) grads[i].unsafeGetTensorImpl()->bump_version();
  }
  return norm;
}

}  // namespace

FABRIC_CUDA_IMPL(m) { m.impl("amp_unscale_norm_", &unscaleNorm); }

}  // namespace fabric::cuda
