#include "scales4.h"

namespace fabric::cuda {

Scales4::Scales4(const Tensor& absmax, const std::optional<Tensor>& nestedAbsmax, const std::optional<Tensor>& nestedCode, const std::optional<Tensor>& nestedOffset,
                 int64_t nestedBlocksize)
    : absmax_(absmax.contiguous()) {
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
  nestedAbsmax_ = nestedAbsmax->contiguous();
  nestedCode_ = nestedCode->contiguous();
  // It stays on the device: to read it here would wait for the kernels before.
  nestedOffset_ = nestedOffset->to(c10::kFloat);
  nestedBlocksize_ = nestedBlocksize;
}

FabricScales4 Scales4::pointers() const {
  if (nestedBlocksize_ == 0) return {absmax_.const_data_ptr<float>(), nullptr, nullptr, nullptr, nullptr, 0};
  return {nullptr, absmax_.const_data_ptr<uint8_t>(), nestedAbsmax_.const_data_ptr<float>(), nestedCode_.const_data_ptr<float>(), nestedOffset_.const_data_ptr<float>(),
          nestedBlocksize_};
}

}  // namespace fabric::cuda
