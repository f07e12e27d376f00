// The arithmetic of optimizer steps and of gradient scaling on runs of float32 numbers; compiled once an instruction set.
#pragma once

#include <cstdint>

namespace fabric::fused {

/// One Adam step (Kingma and Ba 2015; decoupled decay: Loshchilov and Hutter 2019) with the corrections of its step number folded in.
struct AdamStep {
  float lr, beta1, beta2, weightDecay, eps;
  /// lr / (1 - beta1^step), and the root of 1 - beta2^step.
  float stepSize, rootCorrection2;
  bool decoupled, amsgrad, maximize;
};

struct SgdStep {
  float lr, weightDecay, momentum, dampening;
  bool nesterov, maximize, first;
};

struct Steps {
  /// Updates n numbers of the parameter and of its moments; `max` is used with amsgrad only.
  void (*adam)(float* param, const float* grad, float* expAvg, float* expAvgSq, float* max, int64_t n, const AdamStep& step);
  /// `momentum` is null without momentum.
  void (*sgd)(float* param, const float* grad, float* momentum, int64_t n, const SgdStep& step);
  /// grad *= factor, unless it is 1; @returns the sum of squares after that, in float64. Not finite if an element is not.
  double (*unscaleAndSum)(float* grad, int64_t n, float factor);
  /// The sum of squares of grad * factor, in float64; reads only.
  double (*sumOfSquares)(const float* grad, int64_t n, float factor);
};

const Steps& steps();

}  // namespace fabric::fused
