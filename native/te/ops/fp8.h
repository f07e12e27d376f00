// What the FP8 operators share.
#pragma once

#include "../../common/ops/common.h"
#include "../kernels/cast8.h"

namespace fabric::te {

/// The kernels' name of a dtype. @throws for what is not float8_e4m3fn or float8_e5m2.
inline Fp8 formatOf(c10::ScalarType dtype) {
  if (dtype == c10::kFloat8_e4m3fn) return Fp8::E4M3;
  if (dtype == c10::kFloat8_e5m2) return Fp8::E5M2;
  TORCH_CHECK_TYPE(false, "expected float8_e4m3fn or float8_e5m2 but received ", dtype);
}

/// @throws unless `t` is a float32 tensor with one element.
inline void checkScalar(const Tensor& t, const char* name) {
  TORCH_CHECK_TYPE(t.scalar_type() == c10::kFloat, "expected float32 as the dtype of ", name, " but received ", t.scalar_type());
  TORCH_CHECK_VALUE(t.numel() == 1, "expected one element in ", name, " but its shape is ", t.sizes());
}

/// Elements that one thread takes at least.
constexpr int64_t kGrain = 32768;

/// Largest magnitude of a contiguous tensor; NaNs do not count.
float amaxOf(const Tensor& source);

/// Values of contiguous codes, times `scale`, into `out`, which is contiguous.
void decodeInto(const Tensor& codes, float scale, Tensor& out);

}  // namespace fabric::te
