#include "scales4.h"

#include "../kernels/quant8.h"

namespace fabric::bnb {

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
  offset_ = nestedOffset->item<float>();
  nestedBlocksize_ = nestedBlocksize;
}

const float* Scales4::of(int64_t first, int64_t last) const {
  if (nestedBlocksize_ == 0) return absmax_.const_data_ptr<float>();
  thread_local std::vector<float> buffer;
  buffer.resize(static_cast<size_t>(std::max<int64_t>(last - first, static_cast<int64_t>(buffer.size()))));
  // Kernels address scales by the number of their block.
  float* scales = buffer.data() - first;
  quant8().dequantize(nestedCode_.const_data_ptr<float>(), Element::Float32, absmax_.const_data_ptr<uint8_t>(), nestedAbsmax_.const_data_ptr<float>(), nestedBlocksize_, first, last,
                      scales);
  for (int64_t block = first; block < last; ++block) scales[block] += offset_;
  return scales;
}

}  // namespace fabric::bnb
