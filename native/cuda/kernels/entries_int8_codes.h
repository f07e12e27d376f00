// Entry points for signed 8-bit codes with one scale a row or a column (LLM.int8()).
#pragma once

#include "entries.h"

extern "C" {

/// A contiguous matrix to quantise, aligned to 16 bytes.
struct FabricInt8Source {
  /// An Element.
  int element;
  const void* data;
  int64_t rows, cols;
  /// Elements of at least this magnitude are outliers: they count for no scale and get code 0. 0: there are none.
  float threshold;
  /// Not 0: round to float16 first, except rows (columns) whose largest magnitude lies outside of its normal numbers.
  int roundHalf;
};

int fabric_cuda_int8_quantize_rows(FabricInt8Source source, int8_t* q, float* stats, uint32_t* marks, void* stream);
int fabric_cuda_int8_quantize_columns(FabricInt8Source source, int32_t* largest, int8_t* q, float* stats, void* stream);
int fabric_cuda_int8_dequantize(int element, const int8_t* q, int64_t rows, int64_t cols, const float* stats, void* to, void* stream);

int fabric_cuda_outlier_columns(const uint32_t* marks, int64_t cols, int64_t capacity, int64_t* list, int32_t* counts, void* stream);
int fabric_cuda_zero_outlier_columns(int8_t* q, int64_t rows, int64_t cols, const uint32_t* marks, const int32_t* counts, void* stream);

}
