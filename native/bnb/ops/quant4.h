// 4-bit codes, for the operators that read them.
#pragma once

#include "../kernels/quant4.h"
#include "../../common/ops/common.h"

namespace fabric::bnb {

/// @throws for a name other than "nf4" and "fp4".
Code4 code4Of(c10::string_view quantType);

/// @throws unless it is a power of two from 32 to 4096.
void checkBlocksize4(int64_t blocksize);

/// @throws unless `packed` has the size of `n` elements, and there are as many scales as blocks.
void checkSizes4(const Tensor& packed, int64_t scales, int64_t blocksize, int64_t n);

/// The same with scales in float32, on the device of the codes.
void checkCodes4(const Tensor& packed, const Tensor& absmax, int64_t blocksize, int64_t n);

/// Fills `out`, contiguous.
void dequantize4Into(Code4 code, const Tensor& packed, const Tensor& absmax, int64_t blocksize, Tensor& out);

}  // namespace fabric::bnb
