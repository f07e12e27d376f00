// What the optimizer operators take beside tensors.
#pragma once

#include <optional>

#include "../kernels/step_numbers.h"
#include "common.h"

namespace fabric::FABRIC_LIBRARY {

/// An optimizer by bitsandbytes' name.
inline OptimKind kindOf(c10::string_view optimizer) {
  if (optimizer == "adam" || optimizer == "lamb") return {StepRule::Adam, true, true};
  if (optimizer == "ademamix") return {StepRule::AdEMAMix, true, false};
  if (optimizer == "momentum" || optimizer == "lars") return {StepRule::Momentum, false, true};
  if (optimizer == "lion") return {StepRule::Lion, true, false};
  if (optimizer == "rmsprop") return {StepRule::RMSprop, false, false};
  if (optimizer == "adagrad") return {StepRule::Adagrad, false, false};
  TORCH_CHECK_VALUE(false, "expected adam, lamb, ademamix, momentum, lars, lion, rmsprop or adagrad as optimizer but received \"", optimizer, "\"");
}

inline double stepsOf(const char* name, std::optional<double> steps) {
  TORCH_CHECK_VALUE(!steps.has_value() || *steps > 0, "expected a number of steps above 0, or None, as ", name, " but received ", *steps);
  return steps.value_or(0);
}

inline OptimOptions optionsOf(double lr, double beta1, double beta2, double beta3, double alpha, std::optional<double> tAlpha, std::optional<double> tBeta3, double eps,
                              double weightDecay, double maxUnorm, bool skipZeros, bool skipNonFinite) {
  return {lr, beta1, beta2, beta3, alpha, stepsOf("t_alpha", tAlpha), stepsOf("t_beta3", tBeta3), eps, weightDecay, maxUnorm, skipZeros, skipNonFinite};
}

/// The rows of `fabric::optimizer_step_numbers_`; null where steps are counted by the caller.
inline const StepNumbers* rowsOf(const std::optional<Tensor>& numbers) {
  return numbers.has_value() && numbers->defined() ? reinterpret_cast<const StepNumbers*>(numbers->const_data_ptr<double>()) : nullptr;
}

}  // namespace fabric::FABRIC_LIBRARY
