// The numbers of an optimizer step, as the kernels of every device take them. Plain data.
#pragma once

#include <cstdint>

namespace fabric::FABRIC_LIBRARY {

/// Elements that share a scale of 8-bit state, and the unit of work for 32-bit state.
constexpr int64_t kOptimBlock = 256;

enum class StepRule { Adam, AdEMAMix, Momentum, Lion, RMSprop, Adagrad };

/// An optimizer of bitsandbytes.
struct OptimKind {
  StepRule rule;
  /// Weight decay shrinks the parameter, instead of being added to the gradient.
  bool isDecoupled;
  bool takesTrustRatio;
};

/// The options of one call.
struct OptimOptions {
  double lr, beta1, beta2, beta3, alpha;
  /// Steps over which AdEMAMix's alpha and beta3 grow; 0 for those that do not.
  double tAlpha, tBeta3;
  double eps, weightDecay, maxUnorm;
  bool skipZeros, skipNonFinite;
  double gradScale = 1;  // times the gradients
};

/// What the count of steps and the learning rate make of the options, in float64: a row of `fabric::optimizer_step_numbers_`.
struct StepNumbers {
  /// p = p * keep + step * direction, with a trust ratio of 1.
  double keep, step;
  /// Added to the root of the second moment; times the root's correction for Adam.
  double eps;
  /// AdEMAMix only: decay rate and weight of the slow moment, corrections of the fast moment and of the root.
  double beta3, alpha, c1, c2;
  /// The step's norm is the direction's times this.
  double perDirection;
  /// 1 in the first step, else 0.
  double isFirst;
};
constexpr int64_t kStepNumbers = sizeof(StepNumbers) / sizeof(double);

/// Those of the numbers in `OptimNumbers` that change from step to step.
struct OptimNow {
  float keep, step, eps, beta3, rest3, alpha, c1, c2;
  /// The first step of Momentum takes the gradient whole.
  bool isFirst;
};

/// The numbers of one parameter's step, made in float64 and rounded once.
struct OptimNumbers : OptimNow {
  /// Decay rates and what the new value weighs: the gradient's for Momentum is 1.
  float beta1, rest1, beta2, rest2;
  /// Times p, added to the gradient.
  float coupled;
  /// Times the gradient.
  float gradScale;
  bool skipZeros, skipNonFinite;
};

/// What a trust ratio is made of, besides the norms.
struct TrustNumbers {
  /// As in `StepNumbers`.
  double perDirection;
  /// The largest step, in norms of the parameter, and what is added to it.
  double maxUnorm, slack;
  /// `StepNumbers::step`.
  double step;
};

}  // namespace fabric::FABRIC_LIBRARY
