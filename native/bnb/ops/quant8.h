// 8-bit codes, for the operators that read them.
#pragma once

#include <memory>

#include "../kernels/quant8.h"
#include "../../common/ops/common.h"

namespace fabric::bnb {

/// The search tables of a code, made once for each content.
std::shared_ptr<const Encoder8> encoderFor(const Tensor& code);

/// Fills `out`, contiguous.
void dequantize8Into(const Tensor& codes, const Tensor& absmax, const Tensor& code, int64_t blocksize, Tensor& out);

}  // namespace fabric::bnb
