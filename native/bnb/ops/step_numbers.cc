// fabric::optimizer_step_numbers_: counts a step in tensors, and makes the numbers of it, for steps that are recorded once and replayed.
#include <ATen/core/LegacyTypeDispatch.h>

#include "../../common/ops/optim_options.h"

namespace fabric::bnb {
namespace {

using at::TensorList;
using MaybeTensor = std::optional<Tensor>;

/// Checks the arguments. @return the numbers of each parameter, not filled
Tensor numbersFor(TensorList steps, const Tensor& lr, const MaybeTensor& foundInf) {
  const auto isNumber = [](const Tensor& t) { return t.scalar_type() == c10::kFloat && t.numel() == 1; };
  TORCH_CHECK_VALUE(isNumber(lr), "expected one float32 number as lr but received ", lr.sizes(), " of ", lr.scalar_type());
  for (const Tensor& step : steps) {
    TORCH_CHECK_VALUE(isNumber(step), "expected one float32 number as each step but received ", step.sizes(), " of ", step.scalar_type());
    checkOneDevice(lr, step);
  }
  // Another device may have found them; a flag on meta says nothing.
  TORCH_CHECK(!foundInf.has_value() || !foundInf->is_meta() || lr.is_meta(), "Expected all tensors to be on the same device, but found at least two devices, ", lr.device(),
              " and meta!");
  return at::empty({static_cast<int64_t>(steps.size()), kStepNumbers}, lr.options().dtype(c10::kDouble));
}

Tensor stepNumbersMeta(c10::string_view optimizer, TensorList steps, const Tensor& lr, double, double, double, double, std::optional<double> tAlpha,
                       std::optional<double> tBeta3, double, double, const MaybeTensor& foundInf) {
  kindOf(optimizer), stepsOf("t_alpha", tAlpha), stepsOf("t_beta3", tBeta3);
  return numbersFor(steps, lr, foundInf);
}

Tensor stepNumbers(c10::string_view optimizer, TensorList steps, const Tensor& lr, double beta1, double beta2, double beta3, double alpha, std::optional<double> tAlpha,
                   std::optional<double> tBeta3, double eps, double weightDecay, const MaybeTensor& foundInf) {
  const OptimKind kind = kindOf(optimizer);
  const Tensor numbers = numbersFor(steps, lr, foundInf);
  const OptimOptions options = optionsOf(*lr.const_data_ptr<float>(), beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, 0, false, false);
  const at::AutoDispatchBelowADInplaceOrView below;
  const bool isCancelled = foundInf.has_value() && foundInf->defined() && foundInf->item<float>() != 0;
  auto* rows = reinterpret_cast<StepNumbers*>(numbers.mutable_data_ptr<double>());
  for (const Tensor& step : steps) {
    const float next = *step.const_data_ptr<float>() + 1;
    *rows++ = stepNumbersOf(kind, options, next);
    if (!isCancelled) *step.mutable_data_ptr<float>() = next;
  }
  return numbers;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("optimizer_step_numbers_(str optimizer, Tensor(a!)[] steps, Tensor lr, *, float beta1=0, float beta2=0, float beta3=0, float alpha=0, "
        "float? t_alpha=None, float? t_beta3=None, float eps=0, float weight_decay=0, Tensor? found_inf=None) -> Tensor");
  implMissing(m, "optimizer_step_numbers_");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) { m.impl("optimizer_step_numbers_", &stepNumbers); }

TORCH_LIBRARY_IMPL(fabric, Meta, m) { m.impl("optimizer_step_numbers_", &stepNumbersMeta); }

}  // namespace fabric::bnb
