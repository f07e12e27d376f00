// Entry points for 4-bit codes.
#pragma once

#include "entries.h"

extern "C" {

/// The scales of 4-bit codes, by the number of their block: plain, or 8-bit codes where double quantisation has made codes of them too. All pointers
/// are to the device's memory, so that nothing is read back.
struct FabricScales4 {
  /// One float32 a block; null where they are codes.
  const float* absmax;
  /// One code a block, else null: absmax = nestedCode[code] * nestedAbsmax[block / nestedBlocksize], rounded, + nestedOffset[0], rounded.
  const uint8_t* codes;
  const float *nestedAbsmax, *nestedCode, *nestedOffset;
  int64_t nestedBlocksize;
};

int fabric_cuda_quantize_4bit(int code, int element, const void* from, int64_t n, int64_t blocksize, void* packed, int64_t bytes, float* absmax, void* stream);
int fabric_cuda_dequantize_4bit(int code, int element, const void* packed, FabricScales4 scales, int64_t blocksize, int64_t begin, int64_t end, void* to, void* stream);

}
