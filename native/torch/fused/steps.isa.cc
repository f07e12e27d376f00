// Compiled once an instruction set; plain loops that the compiler turns into vectors.
#include "steps.h"

#include <algorithm>
#include <cmath>

namespace fabric::fused {
namespace CPU_CAPABILITY {
namespace {

template <bool kDecoupled, bool kAmsgrad>
void adamRun(float* __restrict__ param, const float* __restrict__ grad, float* __restrict__ expAvg, float* __restrict__ expAvgSq, float* __restrict__ max, int64_t n,
             const AdamStep& s) {
  const float sign = s.maximize ? -1.f : 1.f, keep = 1.f - s.lr * s.weightDecay, decay = s.weightDecay;
  const float rest1 = 1.f - s.beta1, beta2 = s.beta2, rest2 = 1.f - s.beta2, inverseRoot = 1.f / s.rootCorrection2, eps = s.eps, size = s.stepSize;
  for (int64_t i = 0; i < n; ++i) {
    float g = sign * grad[i], p = param[i];
    if constexpr (kDecoupled)
      p *= keep;
    else
      g += decay * p;
    const float m = expAvg[i] + rest1 * (g - expAvg[i]);
    const float v = beta2 * expAvgSq[i] + rest2 * g * g;
    expAvg[i] = m;
    expAvgSq[i] = v;
    float bound = v;
    if constexpr (kAmsgrad) {
      bound = max[i] > v ? max[i] : v;
      max[i] = bound;
    }
    param[i] = p - size * m / (std::sqrt(bound) * inverseRoot + eps);
  }
}

void adam(float* param, const float* grad, float* expAvg, float* expAvgSq, float* max, int64_t n, const AdamStep& s) {
  if (s.decoupled)
    s.amsgrad ? adamRun<true, true>(param, grad, expAvg, expAvgSq, max, n, s) : adamRun<true, false>(param, grad, expAvg, expAvgSq, max, n, s);
  else
    s.amsgrad ? adamRun<false, true>(param, grad, expAvg, expAvgSq, max, n, s) : adamRun<false, false>(param, grad, expAvg, expAvgSq, max, n, s);
}

void sgd(float* __restrict__ param, const float* __restrict__ grad, float* __restrict__ momentum, int64_t n, const SgdStep& s) {
  const float sign = s.maximize ? -1.f : 1.f, decay = s.weightDecay, lr = s.lr, mu = s.momentum, rest = 1.f - s.dampening;
  if (momentum == nullptr) {
    for (int64_t i = 0; i < n; ++i) param[i] -= lr * (sign * grad[i] + decay * param[i]);
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    const float g = sign * grad[i] + decay * param[i];
    const float b = s.first ? g : mu * momentum[i] + rest * g;
    momentum[i] = b;
    param[i] -= lr * (s.nesterov ? g + mu * b : b);
  }
}

/// Eight sums, so that the loop has no chain of dependent additions; added in a fixed order.
template <typename Read>
double squares(int64_t n, Read read) {
  double sums[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int64_t j = 0; j < 8; ++j) {
      const double x = read(i + j);
      sums[j] += x * x;
    }
  for (; i < n; ++i) {
    const double x = read(i);
    sums[0] += x * x;
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

double unscaleAndSum(float* grad, int64_t n, float factor) {
  return squares(n, [=](int64_t i) { return grad[i] *= factor; });
}

double sumOfSquares(const float* grad, int64_t n, float factor) {
  return squares(n, [=](int64_t i) { return grad[i] * factor; });
}

constexpr Steps kSteps{&adam, &sgd, &unscaleAndSum, &sumOfSquares};

}  // namespace

const Steps& table() { return kSteps; }

}  // namespace CPU_CAPABILITY
}  // namespace fabric::fused
