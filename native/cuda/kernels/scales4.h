// The scale of a block of 4-bit codes, read from either form that scales have.
#pragma once

#include "device.h"
#include "entries_quant4.h"

namespace fabric::cuda {

/// The scale of block `block`. Nested state costs three more reads, of which a byte a block comes from memory; the two roundings are the CPU's.
__device__ inline float scaleOf(const FabricScales4& scales, int64_t block) {
  if (scales.codes == nullptr) return __ldg(scales.absmax + block);
  // In most models 256 codes share a constant; 64-bit division takes many times as long as a shift.
  const int64_t nested = scales.nestedBlocksize == 256 ? block >> 8 : block / scales.nestedBlocksize;
  return __fadd_rn(__fmul_rn(__ldg(scales.nestedCode + __ldg(scales.codes + block)), __ldg(scales.nestedAbsmax + nested)), __ldg(scales.nestedOffset));
}

}  // namespace fabric::cuda
