// 4-bit codes, for the operators that read them.
#pragma once

#include "../kernels/quant4.h"
#include "../../common/ops/codes4.h"

namespace fabric::bnb {

/// @throws for a name other than "nf4" and "fp4".
Code4 code4Of(c10::string_view quantType);

/// As checkSizes4 has it, with scales in float32 on the device of the codes.
void checkCodes4(const Tensor& packed, const Tensor& absmax, int64_t blocksize, int64_t n);

/// Fills `out`, contiguous.
void dequantize4Into(Code4 code, const Tensor& packed, const Tensor& absmax, int64_t blocksize, Tensor& out);

}  // namespace fabric::bnb
