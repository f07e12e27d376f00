// What 4-bit codes and their scales have to be, on every device.
#pragma once

#include <algorithm>
#include <optional>

#include "common.h"

namespace fabric::FABRIC_LIBRARY {

/// The kernels' number of a code table. @throws for a name other than "nf4" and "fp4".
inline int code4NumberOf(c10::string_view quantType) {
  TORCH_CHECK_VALUE(quantType == "nf4" || quantType == "fp4", "expected \"nf4\" or \"fp4\" as quant_type but received \"", quantType, "\"");
  return quantType == "nf4" ? 0 : 1;
}

/// @throws unless it is a power of two from 32 to 4096.
inline void checkBlocksize4(int64_t blocksize) {
  TORCH_CHECK_VALUE(blocksize >= 32 && blocksize <= 4096 && (blocksize & (blocksize - 1)) == 0,
                    "expected a blocksize of 32, 64, 128, 256, 512, 1024, 2048 or 4096 but received ", blocksize);
}

/// Bytes of `n` codes in whole elements of `storage`.
inline int64_t storageElements(int64_t n, c10::ScalarType storage) { return ceilDiv(ceilDiv(n, 2), static_cast<int64_t>(c10::elementSize(storage))); }

/// @throws unless `packed` has the size of `n` elements, and there are as many scales as blocks.
inline void checkSizes4(const Tensor& packed, int64_t scales, int64_t blocksize, int64_t n) {
  const int64_t bytes = packed.numel() * static_cast<int64_t>(packed.element_size());
  const int64_t needed = storageElements(n, packed.scalar_type()) * static_cast<int64_t>(packed.element_size());
  TORCH_CHECK_VALUE(bytes == needed, "expected ", needed, " bytes of 4-bit codes for ", n, " elements but received ", bytes);
  TORCH_CHECK_VALUE(scales == ceilDiv(n, blocksize), "expected ", ceilDiv(n, blocksize), " values of absmax for ", n, " elements in blocks of ", blocksize,
                    " but received ", scales);
}

/// Scales are plain float32 without `nestedAbsmax`, with it 8-bit codes of `nestedCode` in blocks of `nestedBlocksize`. @throws for what does not fit.
inline void checkScales4(const Tensor& absmax, const std::optional<Tensor>& nestedAbsmax, const std::optional<Tensor>& nestedCode, const std::optional<Tensor>& nestedOffset,
                         int64_t nestedBlocksize) {
  if (!nestedAbsmax.has_value()) {
    TORCH_CHECK_TYPE(absmax.scalar_type() == c10::kFloat, "expected float32 as the dtype of absmax but received ", absmax.scalar_type());
    return;
  }
  TORCH_CHECK_VALUE(nestedCode.has_value() && nestedOffset.has_value(), "expected nested_code and nested_offset with nested_absmax");
  TORCH_CHECK_TYPE(absmax.scalar_type() == c10::kByte, "expected uint8 as the dtype of a nested absmax but received ", absmax.scalar_type());
  TORCH_CHECK_TYPE(nestedAbsmax->scalar_type() == c10::kFloat, "expected float32 as the dtype of nested_absmax but received ", nestedAbsmax->scalar_type());
  TORCH_CHECK_TYPE(nestedCode->scalar_type() == c10::kFloat, "expected float32 as the dtype of nested_code but received ", nestedCode->scalar_type());
  TORCH_CHECK_VALUE(nestedCode->numel() == 256, "expected 256 values of nested_code but received ", nestedCode->numel());
  TORCH_CHECK_VALUE(nestedOffset->numel() == 1, "expected one value of nested_offset but received ", nestedOffset->numel());
  TORCH_CHECK_VALUE(nestedBlocksize >= 1 && nestedAbsmax->numel() == ceilDiv(absmax.numel(), nestedBlocksize), "expected ",
                    ceilDiv(absmax.numel(), std::max<int64_t>(1, nestedBlocksize)), " values of nested_absmax but received ", nestedAbsmax->numel());
}

}  // namespace fabric::FABRIC_LIBRARY
