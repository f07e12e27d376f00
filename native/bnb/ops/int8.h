// Signed 8-bit codes, for the operators that read them.
#pragma once

#include <optional>

#include "../../common/ops/common.h"

namespace fabric::bnb {

using MaybeTensor = std::optional<Tensor>;

/// (q * a) * b in `dtype`, one value of `stats` a row: (q * stats) * (1 / 127). `q` is two-dimensional and contiguous.
Tensor dequantizeInt8(const Tensor& q, const Tensor& stats, c10::ScalarType dtype);

/// The operators through the dispatcher, so that another device's kernels serve as well.
std::tuple<Tensor, Tensor, MaybeTensor> callVectorwiseQuant(const Tensor& a, double threshold, bool roundHalf);
std::tuple<Tensor, Tensor, Tensor, Tensor, MaybeTensor> callDoubleQuant(const Tensor& a, double threshold, bool roundHalf);
Tensor callScaledMm(const Tensor& a, const Tensor& b, const Tensor& rowStats, const Tensor& colStats, const MaybeTensor& bias, c10::ScalarType dtype);

}  // namespace fabric::bnb
