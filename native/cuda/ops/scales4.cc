#include "scales4.h"

namespace fabric::cuda {

Scales4::Scales4(const Tensor& absmax, const std::optional<Tensor>& nestedAbsmax, const std::optional<Tensor>& nestedCode, const std::optional<Tensor>& nestedOffset,
                 int64_t nestedBlocksize)
    : absmax_(absmax.contiguous()) {
  checkScales4(absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
  if (!nestedAbsmax.has_value()) return;
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
