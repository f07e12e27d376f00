// What the FP8 operators share.
#pragma once

#include "common.h"

#include "../kernels/entries_fp8.h"

namespace fabric::cuda {

/// The kernels' number of a format that the operator's Meta kernel has let pass.
inline int format8Of(c10::ScalarType dtype) { return dtype == c10::kFloat8_e4m3fn ? 0 : 1; }

/// The largest finite value.
inline float max8Of(c10::ScalarType dtype) { return dtype == c10::kFloat8_e4m3fn ? 448.0f : 57344.0f; }

struct Rows {
  int64_t rows, cols;
};
/// Leading dimensions in one.
inline Rows rowsOf(const Tensor& x) {
  const int64_t cols = x.dim() == 0 ? 1 : x.size(-1);
  return {cols == 0 ? 0 : x.numel() / cols, cols};
}

}  // namespace fabric::cuda
