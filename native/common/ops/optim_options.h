// What the optimizer operators take beside tensors, and the numbers of a step that it comes to; one arithmetic for all devices.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "../kernels/optim_numbers.h"
#include "common.h"

namespace fabric::FABRIC_LIBRARY {

/// An optimizer by bitsandbytes' name.
struct OptimKind {
  StepRule rule;
  /// Weight decay shrinks the parameter, instead of being added to the gradient.
  bool isDecoupled;
  bool takesTrustRatio;
};

inline OptimKind kindOf(c10::string_view optimizer) {
  if (optimizer == "adam" || optimizer == "lamb") return {StepRule::Adam, true, true};
  if (optimizer == "ademamix") return {StepRule::AdEMAMix, true, false};
  if (optimizer == "momentum" || optimizer == "lars") return {StepRule::Momentum, false, true};
  if (optimizer == "lion") return {StepRule::Lion, true, false};
  if (optimizer == "rmsprop") return {StepRule::RMSprop, false, false};
  if (optimizer == "adagrad") return {StepRule::Adagrad, false, false};
  TORCH_CHECK_VALUE(false, "expected adam, lamb, ademamix, momentum, lars, lion, rmsprop or adagrad as optimizer but received \"", optimizer, "\"");
}

struct OptimOptions {
  double lr, beta1, beta2, beta3, alpha;
  std::optional<double> tAlpha, tBeta3;
  double eps, weightDecay, maxUnorm;
  bool skipZeros, skipNonFinite;
  double gradScale = 1;  // times the gradients
};

/// The corrections of Adam's moments after `step` steps.
inline double correction1(double beta1, int64_t step) { return 1 - std::pow(beta1, static_cast<double>(step)); }
inline double correction2(double beta2, int64_t step) { return std::sqrt(1 - std::pow(beta2, static_cast<double>(step))); }

/// AdEMAMix's slow decay rate grows from beta1 so that its half-life grows evenly; its weight grows evenly.
inline double scheduledBeta3(const OptimOptions& o, int64_t step) {
  if (!o.tBeta3.has_value()) return o.beta3;
  const double share = static_cast<double>(step) / *o.tBeta3, log1 = std::log(o.beta1), log3 = std::log(o.beta3);
  return std::min(std::exp(log1 * log3 / ((1 - share) * log3 + share * log1)), o.beta3);
}
inline double scheduledAlpha(const OptimOptions& o, int64_t step) {
  return o.tAlpha.has_value() ? std::min(static_cast<double>(step) * o.alpha / *o.tAlpha, o.alpha) : o.alpha;
}

/// What the trust ratio of a step needs.
inline TrustNumbers trustNumbersOf(const OptimKind& kind, const OptimOptions& o, int64_t step) {
  if (kind.rule != StepRule::Adam) return {1, o.maxUnorm, o.eps, -o.lr};
  const double c1 = correction1(o.beta1, step), c2 = correction2(o.beta2, step);
  return {c2 / c1, o.maxUnorm, 0, -(o.lr * c2 / c1)};
}

/// The constants of a step with a trust ratio of 1.
inline OptimNumbers numbersOf(const OptimKind& kind, const OptimOptions& o, int64_t step) {
  const auto f = [](double value) { return static_cast<float>(value); };
  OptimNumbers n{};
  const double beta3 = kind.rule == StepRule::AdEMAMix ? scheduledBeta3(o, step) : 0;
  n.beta1 = f(o.beta1), n.rest1 = f(1 - o.beta1), n.beta2 = f(o.beta2), n.rest2 = f(1 - o.beta2), n.beta3 = f(beta3), n.rest3 = f(1 - beta3);
  n.eps = f(kind.rule == StepRule::Adam ? o.eps * correction2(o.beta2, step) : o.eps);
  n.step = f(trustNumbersOf(kind, o, step).step);
  if (kind.rule == StepRule::AdEMAMix) n.alpha = f(scheduledAlpha(o, step)), n.c1 = f(correction1(o.beta1, step)), n.c2 = f(correction2(o.beta2, step));
  n.keep = kind.isDecoupled ? f(1 - o.lr * o.weightDecay) : 1;
  n.coupled = kind.isDecoupled ? 0 : f(o.weightDecay);
  n.gradScale = f(o.gradScale);
  n.isFirst = step == 1, n.skipZeros = o.skipZeros, n.skipNonFinite = o.skipNonFinite;
  return n;
}

}  // namespace fabric::FABRIC_LIBRARY
