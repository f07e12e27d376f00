#include "scales4.h"

#include "../../common/ops/codes4.h"

#include "../kernels/quant8.h"

namespace fabric::bnb {

Scales4::Scales4(const Tensor& absmax, const std::optional<Tensor>& nestedAbsmax, const std::optional<Tensor>& nestedCode, const std::optional<Tensor>& nestedOffset,
                 int64_t nestedBlocksize)
    : absmax_(absmax.contiguous()) {
  checkScales4(absmax, nestedAbsmax, nestedCode, nestedOffset, nestedBlocksize);
  if (!nestedAbsmax.has_value()) return;
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
