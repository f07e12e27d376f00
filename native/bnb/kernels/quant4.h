// Blockwise 4-bit codes: quantise and dequantise. Plain pointers and counts; callers divide the work among threads.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"

namespace fabric::bnb {

/// The two code tables (Dettmers et al. 2023, "QLoRA"; FP4 is bitsandbytes').
enum class Code4 { Nf4 = 0, Fp4 = 1 };

/// The 16 values, by code; for FP4 code 8 is -0.
const float* code4Table(Code4 code);

struct Quant4 {
  /// Quantises elements [begin, end) of `src`, flat, `begin` a multiple of `blocksize`, blocksize even. Writes `absmax[begin / blocksize...]` and
  /// `packed[begin / 2...]`, the even element in the high nibble; a missing last element counts as zero.
  void (*quantize)(Code4 code, Element element, const void* src, int64_t blocksize, int64_t begin, int64_t end, float* absmax, uint8_t* packed);
  /// dst[i] = table[code i] * absmax[i / blocksize] for [begin, end): rounded once to float32, once to `element`.
  void (*dequantize)(Code4 code, Element element, const uint8_t* packed, const float* absmax, int64_t blocksize, int64_t begin, int64_t end, void* dst);
};

const Quant4& quant4();

}  // namespace fabric::bnb
