// How the numbers of an optimizer step come about; one arithmetic for all devices.
#pragma once

#include <cmath>

#include "everywhere.h"
#include "optim_numbers.h"

namespace fabric::FABRIC_LIBRARY {

/// AdEMAMix's slow decay rate grows from beta1 so that its half-life grows evenly; its weight grows evenly.
FABRIC_EVERYWHERE inline double scheduledBeta3(const OptimOptions& o, double step) {
  if (o.tBeta3 == 0) return o.beta3;
  const double share = step / o.tBeta3, log1 = log(o.beta1), log3 = log(o.beta3);
  const double grown = exp(log1 * log3 / ((1 - share) * log3 + share * log1));
  return grown < o.beta3 ? grown : o.beta3;
}
FABRIC_EVERYWHERE inline double scheduledAlpha(const OptimOptions& o, double step) {
  if (o.tAlpha == 0) return o.alpha;
  const double grown = step * o.alpha / o.tAlpha;
  return grown < o.alpha ? grown : o.alpha;
}

/// The numbers of step `step`, counted from 1.
FABRIC_EVERYWHERE inline StepNumbers stepNumbersOf(const OptimKind& kind, const OptimOptions& o, double step) {
  StepNumbers n{};
  n.keep = kind.isDecoupled ? 1 - o.lr * o.weightDecay : 1;
  n.step = -o.lr, n.eps = o.eps, n.perDirection = 1;
  n.isFirst = step == 1 ? 1 : 0;
  if (kind.rule != StepRule::Adam && kind.rule != StepRule::AdEMAMix) return n;
  // The corrections of the moments.
  n.c1 = 1 - pow(o.beta1, step), n.c2 = sqrt(1 - pow(o.beta2, step));
  if (kind.rule == StepRule::Adam) {
    n.step = -(o.lr * n.c2 / n.c1), n.eps = o.eps * n.c2, n.perDirection = n.c2 / n.c1;
  } else {
    n.beta3 = scheduledBeta3(o, step), n.alpha = scheduledAlpha(o, step);
  }
  return n;
}

FABRIC_EVERYWHERE inline OptimNow rounded(const StepNumbers& n) {
  const auto f = [](double value) { return static_cast<float>(value); };
  return {f(n.keep), f(n.step), f(n.eps), f(n.beta3), f(1 - n.beta3), f(n.alpha), f(n.c1), f(n.c2), n.isFirst != 0};
}

/// The constants of a step with a trust ratio of 1.
inline OptimNumbers numbersOf(const OptimKind& kind, const OptimOptions& o, const StepNumbers& now) {
  const auto f = [](double value) { return static_cast<float>(value); };
  OptimNumbers n{};
  static_cast<OptimNow&>(n) = rounded(now);
  n.beta1 = f(o.beta1), n.rest1 = f(1 - o.beta1), n.beta2 = f(o.beta2), n.rest2 = f(1 - o.beta2);
  n.coupled = kind.isDecoupled ? 0 : f(o.weightDecay);
  n.gradScale = f(o.gradScale);
  n.skipZeros = o.skipZeros, n.skipNonFinite = o.skipNonFinite;
  return n;
}

/// What the trust ratio of a step needs.
FABRIC_EVERYWHERE inline TrustNumbers trustNumbersOf(const OptimKind& kind, const OptimOptions& o, const StepNumbers& now) {
  return {now.perDirection, o.maxUnorm, kind.rule == StepRule::Adam ? 0 : o.eps, now.step};
}

}  // namespace fabric::FABRIC_LIBRARY
