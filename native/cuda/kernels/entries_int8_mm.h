// Entry points for products of signed 8-bit codes.
#pragma once

#include "entries.h"

extern "C" {

/// a b^T for codes a of [m, k] and b of [n, k], contiguous and aligned to 16 bytes; sums fit int32 up to k = 131071.
struct FabricInt8Product {
  const int8_t *a, *b;
  int64_t m, n, k;
  /// One value a row of a, of b, and of b or null. Not read for int32 results.
  const float *rowStats, *colStats, *bias;
  /// Columns of k that have no codes in `a` but are multiplied as numbers, by those of `x` (of the result's type, [m, k]); `*outlierCount` of them. Null: none.
  const int64_t* outliers;
  const int32_t* outlierCount;
  const void* x;
  /// [m, n].
  void* y;
};

int fabric_cuda_int8_matmul(FabricInt8Product product, void* stream);
int fabric_cuda_int8_scaled_mm(int element, FabricInt8Product product, void* stream);
int fabric_cuda_int8_mm_dequant(int element, const int32_t* sums, int64_t m, int64_t n, const float* rowStats, const float* colStats, const float* bias, void* y, void* stream);

}
