// fabric::optimizer_step_numbers_ on CUDA.
#include <ATen/core/LegacyTypeDispatch.h>

#include <vector>

#include "../../common/ops/optim_options.h"
#include "../kernels/entries_optim.h"
#include "common.h"

namespace fabric::cuda {
namespace {

using at::TensorList;
using MaybeTensor = std::optional<Tensor>;

Tensor stepNumbers(c10::string_view optimizer, TensorList steps, const Tensor& lr, double beta1, double beta2, double beta3, double alpha, std::optional<double> tAlpha,
                   std::optional<double> tBeta3, double eps, double weightDecay, const MaybeTensor& foundInf) {
  const Tensor numbers = outputsOf<"fabric::optimizer_step_numbers_", decltype(stepNumbers)>(optimizer, steps, lr, beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps,
                                                                                             weightDecay, foundInf);
  const OptimKind kind = kindOf(optimizer);
  const OptimOptions options = optionsOf(0, beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, 0, false, false);
  const at::AutoDispatchBelowADInplaceOrView below;
  const OnDevice device(lr);
  const Tensor found = numberOn(lr, foundInf, c10::kFloat);
  std::vector<float*> counters;
  for (const Tensor& step : steps) counters.push_back(step.mutable_data_ptr<float>());
  check(fabric_cuda_step_numbers(&kind, &options, lr.const_data_ptr<float>(), found.defined() ? found.const_data_ptr<float>() : nullptr, counters.data(),
                                 static_cast<int64_t>(counters.size()), reinterpret_cast<StepNumbers*>(numbers.mutable_data_ptr<double>()), device.stream()),
        "numbers of a step");
  return numbers;
}

}  // namespace

FABRIC_CUDA_IMPL(m) { m.impl("optimizer_step_numbers_", &stepNumbers); }

}  // namespace fabric::cuda
