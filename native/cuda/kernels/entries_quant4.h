// Entry points for 4-bit codes.
#pragma once

#include "entries.h"

extern "C" {

int fabric_cuda_dequantize_4bit(int code, int element, const void* packed, const float* absmax, int64_t blocksize, int64_t n, void* to, void* stream);

}
