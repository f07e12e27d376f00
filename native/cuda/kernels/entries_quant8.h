// Entry points for 8-bit codes of a table of 256 values.
#pragma once

#include "entries.h"

extern "C" {

int fabric_cuda_quantize_blockwise(int element, const void* from, int64_t n, const float* code, int64_t blocksize, uint8_t* to, float* absmax, void* stream);
int fabric_cuda_dequantize_blockwise(int element, const uint8_t* codes, int64_t n, const float* absmax, const float* code, int64_t blocksize, void* to, void* stream);

}
