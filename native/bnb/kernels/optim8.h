// Optimizer steps with state of 8 or 32 bits, in blocks of 256 elements. Plain pointers and counts; callers divide blocks among threads.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"
#include "../../common/kernels/optim_numbers.h"
#include "encoder8.h"

namespace fabric::bnb {

/// One state of one parameter: float32 numbers, or codes with a scale a block.
struct OptimState {
  /// 32-bit state; null for 8-bit state, which has the rest.
  float* wide = nullptr;
  uint8_t* codes = nullptr;
  float* absmax = nullptr;
  const float* map = nullptr;
  const Encoder8* encoder = nullptr;
};

/// One parameter, contiguous.
struct OptimParam {
  void* param;
  const void* grad;
  Element paramElement, gradElement;
  int64_t n;
  /// Adam: m, v. AdEMAMix: fast m, v, slow m. Others: one.
  OptimState states[3];
};

struct Optim8 {
  /// Updates blocks [first, last) of a parameter and its state.
  void (*update)(StepRule rule, const OptimParam& param, const OptimNumbers& numbers, int64_t first, int64_t last);
  /// Writes what a trust ratio needs and changes nothing: squares[2 b] and squares[2 b + 1] are the sums over block b of direction² and p².
  void (*norms)(StepRule rule, const OptimParam& param, const OptimNumbers& numbers, int64_t first, int64_t last, double* squares);
};

const Optim8& optim8();

}  // namespace fabric::bnb
