// Products with a weight that is dequantised panel by panel, for what no kernel decodes where it multiplies.
#pragma once

#include <algorithm>

#include "common.h"

namespace fabric::cuda {

/// Rows or columns of a panel, of `length` elements each, a multiple of 128: it stays in the second-level cache of an A100 (40 MB) until it is multiplied.
inline int64_t panelSteps(int64_t length, c10::ScalarType dtype) {
  constexpr int64_t kPanelBytes = 24 << 20;
  return std::max<int64_t>(256, kPanelBytes / std::max<int64_t>(1, length * static_cast<int64_t>(c10::elementSize(dtype))) / 128 * 128);
}

/// Leading dimensions in one.
inline Tensor matrixOf(const Tensor& t) { return t.reshape({c10::multiply_integers(t.sizes().slice(0, t.dim() - 1)), t.size(-1)}); }

}  // namespace fabric::cuda
