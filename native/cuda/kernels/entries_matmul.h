// Entry points for products with quantised weights.
#pragma once

#include "entries_quant4.h"

extern "C" {

/// A packed 4-bit weight of `n` rows of `k` elements.
struct FabricWeight4 {
  int code;
  const void* packed;
  FabricScales4 scales;
  int64_t blocksize, n, k;
};

/// y = x W^T + bias for each of `rows` rows of x by itself, with sums and scales in float32; `k` is a multiple of 32 and `bias` float32 or null.
int fabric_cuda_gemv_4bit(int element, const FabricWeight4* weight, const void* x, int64_t rows, const float* bias, void* y, void* stream);

/// The parts in which fabric_cuda_gemm_4bit sums, and for more than one the floats that it needs for them: parts * rows * n.
int fabric_cuda_gemm_4bit_parts(const FabricWeight4* weight, int64_t rows);

/// y = x W^T + bias for float16 and bfloat16, each weight rounded to that type; `k` is a multiple of 32 and `bias` float32 or null.
int fabric_cuda_gemm_4bit(int element, const FabricWeight4* weight, const void* x, int64_t rows, const float* bias, int parts, float* sums, void* y, void* stream);

/// Columns [k0, k0 + width) of rows [n0, n0 + rows) of the weight, rounded to `rounding` and then to `element`, contiguous in `to`.
int fabric_cuda_panel_4bit(int element, int rounding, const FabricWeight4* weight, int64_t n0, int64_t rows, int64_t k0, int64_t width, void* to, void* stream);

}
