// Blockwise 8-bit codes of any sorted table of 256 values. Plain pointers and counts; callers divide the work among threads.
#pragma once

#include <cstdint>

#include "../../common/kernels/element.h"
#include "encoder8.h"

namespace fabric::bnb {

struct Quant8 {
  /// Quantises elements [begin, end) of `src`, flat, `begin` a multiple of `blocksize`: absmax[b] and the index of the nearest value to x / absmax[b].
  void (*quantize)(const Encoder8& encoder, Element element, const void* src, int64_t blocksize, int64_t begin, int64_t end, float* absmax, uint8_t* codes);
  /// dst[i] = values[code i] * absmax[i / blocksize]: rounded once to float32, once to `element`.
  void (*dequantize)(const float* values, Element element, const uint8_t* codes, const float* absmax, int64_t blocksize, int64_t begin, int64_t end, void* dst);
};

const Quant8& quant8();

}  // namespace fabric::bnb
