// The numbers of an optimizer step, as the kernels of every device take them. Plain data.
#pragma once

#include <cstdint>

namespace fabric::FABRIC_LIBRARY {

/// Elements that share a scale of 8-bit state, and the unit of work for 32-bit state.
constexpr int64_t kOptimBlock = 256;

enum class StepRule { Adam, AdEMAMix, Momentum, Lion, RMSprop, Adagrad };

/// The numbers of one parameter's step, made in float64 and rounded once.
struct OptimNumbers {
  /// Decay rates and what the new value weighs: the gradient's for Momentum is 1. The third is AdEMAMix's slow m.
  float beta1, rest1, beta2, rest2, beta3, rest3;
  /// Added to the root of the second moment; times the root's correction for Adam.
  float eps;
  /// AdEMAMix only: weight of the slow moment, corrections of the fast moment and of the root.
  float alpha, c1, c2;
  /// p = p * keep + step * direction.
  float keep, step;
  /// Times p, added to the gradient.
  float coupled;
  /// Times the gradient.
  float gradScale;
  /// The first step of Momentum takes the gradient whole.
  bool isFirst;
  bool skipZeros, skipNonFinite;
};

/// What a trust ratio is made of, besides the norms.
struct TrustNumbers {
  /// The step's norm is the direction's times this.
  double perDirection;
  /// The largest step, in norms of the parameter, and what is added to it.
  double maxUnorm, slack;
  /// `OptimNumbers::step` for a ratio of 1.
  double step;
};

}  // namespace fabric::FABRIC_LIBRARY
