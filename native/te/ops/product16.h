// Products of FP8 codes through bfloat16, which holds the value of every code: as exact as in float32, on units that are several times as fast.
#pragma once

#include "fp8.h"

namespace fabric::te {

/// Whether this CPU has such units, libtorch reaches them and `FABRIC_FP8_PRODUCTS` is not `float32`.
bool hasProducts16();

/// `a b^T * scale + bias` of codes on the CPU, `[M, K]` and `[N, K]`, none of them 0: sums in float32, each step after them rounded to float32, the
/// result once to the dtype of `out`, a contiguous `[M, N]`. `bias` may be null.
void product16(const Tensor& a, const Tensor& b, float scale, const float* bias, Tensor& out);

}  // namespace fabric::te
