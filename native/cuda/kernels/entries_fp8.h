// Entry points for FP8 codes. `format` is an Fp8: 0 is E4M3, 1 is E5M2.
#pragma once

#include "entries.h"

extern "C" {

int fabric_cuda_fp8_cast(int format, int element, const void* x, int64_t rows, int64_t cols, const float* scale, float* history, void* codes, void* turned, float* inverse,
                         void* stream);
int fabric_cuda_fp8_dequantize(int format, int element, const void* codes, const float* inverse, int64_t n, void* to, void* stream);
int fabric_cuda_fp8_transpose(const void* codes, int64_t rows, int64_t cols, void* turned, void* stream);

/// How fabric_cuda_fp8_amax goes on from the largest magnitude.
struct FabricFp8Scale {
  /// The largest code; 0 for the magnitude itself.
  float target;
  float epsilon;
  int isPowerOfTwo;
};
int fabric_cuda_fp8_amax(int element, const void* x, int64_t n, struct FabricFp8Scale scale, void* state, float* out, void* stream);

/// Histories that one launch rolls; they travel as the kernel's argument, of at most 4 KB.
struct FabricFp8Histories {
  static constexpr int kMost = 100;
  struct {
    float* history;
    float* scale;
    const float* reduced;
    int64_t length;
    int slots;
  } of[kMost];
  int count;
};
int fabric_cuda_fp8_update_scales(const FabricFp8Histories* histories, float target, int isMostRecent, void* stream);

int fabric_cuda_fp8_cast_blocks(int format, int element, int scaling, float largest, const void* x, int64_t rows, int64_t cols, int64_t blockRows, int64_t blockCols, void* codes,
                                float* inverse, void* stream);

/// A norm's weight and bias, each with its Element; `bias` may be null.
struct FabricNorm {
  const void* weight;
  const void* bias;
  int weightElement, biasElement;
  int isZeroCentered;
  float eps;
};
int fabric_cuda_fp8_norm_cast(int format, int element, const void* x, int64_t rows, int64_t width, struct FabricNorm norm, const float* scale, float* history, void* codes,
                              float* inverse, float* mean, float* rstd, void* stream);

/// The device's compute capability, as 10 * major + minor.
int fabric_cuda_capability(int* capability);
/// Whether what is queued on `stream` goes to a graph.
int fabric_cuda_is_capturing(void* stream, int* isCapturing);

}
