// Entry points for optimizer steps, gradient scaling and stochastic rounding: many tensors a call.
#pragma once

#include <cstddef>

#include "../../common/kernels/element.h"
#include "../../common/kernels/optim_numbers.h"
#include "entries.h"

namespace fabric::cuda {

/// One parameter, contiguous: float32 states, or codes with their scales. AdEMAMix has its fast and its slow moment in state1, one after the other.
struct OptimTensor {
  void* param;
  const void* grad;
  void *state1, *state2;
  float *absmax1, *absmax2;
  /// May be null: numbers on the device in place of those in `OptimCommon` that change from step to step.
  const StepNumbers* row;
  int64_t n;
  /// Set by the entry points.
  int64_t start;
};

/// What the parameters of one call have in common. Pointers are to the device; those that may be null are marked.
struct OptimCommon {
  StepRule rule;
  Element paramElement, gradElement;
  bool is8bit;
  OptimNumbers numbers;
  /// Search tables of the maps, by fabric_cuda_search8; null for 32-bit state or a state that the rule lacks.
  const void *search1, *search2;
  /// May be null: a number that is not 0 cancels the step.
  const float* foundInf;
  /// May be null: the gradients are divided by it. `OptimNumbers::gradScale` is not read.
  const double* gradScale;
  /// May be null: one number a parameter in place of `OptimNumbers::step`.
  const float* steps;
};

/// A gradient: `n` elements side by side.
struct GradTensor {
  void* data;
  int64_t n;
  /// Set by the entry point.
  int64_t start;
};

/// The element types of gradients: Element's, and float64.
constexpr int kFloat64 = 3;

}  // namespace fabric::cuda

extern "C" {

/// Bytes of a search table.
int64_t fabric_cuda_search8_bytes();
/// Makes search tables of `count` maps of 256 ascending values, side by side in `tables`.
int fabric_cuda_search8(const float* const* maps, int64_t count, void* tables, void* stream);

/// Steps `count` parameters with 8-bit states, or with float32 ones.
int fabric_cuda_optim8(const fabric::cuda::OptimCommon* common, const fabric::cuda::OptimTensor* tensors, int64_t count, void* stream);
int fabric_cuda_optim32(const fabric::cuda::OptimCommon* common, const fabric::cuda::OptimTensor* tensors, int64_t count, void* stream);

/// Adds one to each of `count` numbers of the device, unless `*foundInf` is not 0, and makes the numbers of that step. `foundInf` may be null;
/// `steps` is an array of the host; the rate in `options` is not read.
int fabric_cuda_step_numbers(const fabric::cuda::OptimKind* kind, const fabric::cuda::OptimOptions* options, const float* lr, const float* foundInf, float* const* steps,
                             int64_t count, fabric::cuda::StepNumbers* numbers, void* stream);

/// Elements that share a partial norm.
int64_t fabric_cuda_trust_chunk();
/// The steps of `count` parameters with their trust ratios, to `steps`, and the squares of the steps' norms to what `unorm` points to; `unorm` is
/// null, or an array of the host. `partials` has room for two numbers a chunk of each parameter. Nothing else is changed.
int fabric_cuda_trust(const fabric::cuda::OptimCommon* common, const fabric::cuda::TrustNumbers* trust, const fabric::cuda::OptimTensor* tensors, int64_t count,
                      double* partials, float* steps, float* const* unorm, void* stream);

/// Elements that share a partial sum of fabric_cuda_unscale.
int64_t fabric_cuda_unscale_chunk();
/// Multiplies gradients of one type by `*factor` (null: 1), writes them back if `write`, and the sums of their squares, one a chunk, to `partials`.
int fabric_cuda_unscale(int element, const fabric::cuda::GradTensor* tensors, int64_t count, const float* factor, bool write, double* partials, void* stream);
/// norm = sqrt of the sum of `count` partial sums; foundInf = 1 unless that is finite.
int fabric_cuda_finish_norm(const double* partials, int64_t count, float* norm, float* foundInf, void* stream);

/// Rounds float32 numbers to float16 (`element`) or bfloat16, up or down by chance: 16 random bits an element for bfloat16, 32 for float16.
int fabric_cuda_round_stochastic(int element, const float* from, const void* random, int64_t n, void* to, void* stream);

}
