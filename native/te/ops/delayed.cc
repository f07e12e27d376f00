// fabric::fp8_update_scales_: delayed scaling, the step from one history of amaxes to the next.
#include <cmath>
#include <limits>

#include "fp8.h"

namespace fabric::te {
namespace {

void checkState(at::TensorList histories, at::TensorList scales, at::TensorList amaxes) {
  TORCH_CHECK_VALUE(histories.size() == scales.size() && (amaxes.empty() || amaxes.size() == histories.size()), "expected as many histories as scales, and as many amaxes or none, but received ",
                    histories.size(), ", ", scales.size(), " and ", amaxes.size());
  for (size_t i = 0; i < histories.size(); ++i) {
    const Tensor &history = histories[i], &scale = scales[i];
    checkOneDevice(histories[0], history, scale);
    if (!amaxes.empty()) checkDevice(histories[0].device(), amaxes[i]);
    const bool isState = history.dim() == 2 && history.size(0) > 0 && scale.dim() == 1 && history.size(1) == scale.size(0) && history.is_contiguous() && scale.is_contiguous();
    TORCH_CHECK_VALUE(isState, "expected contiguous histories of [length, slots] and scales of [slots] but received ", history.sizes(), " and ", scale.sizes());
    TORCH_CHECK_TYPE(history.scalar_type() == c10::kFloat && scale.scalar_type() == c10::kFloat, "expected float32 as the dtype of histories and scales");
    TORCH_CHECK_VALUE(amaxes.empty() || (amaxes[i].numel() == scale.size(0) && amaxes[i].scalar_type() == c10::kFloat && amaxes[i].is_contiguous()), "expected ", scale.size(0),
                      " contiguous float32 amaxes but received ", amaxes.empty() ? at::IntArrayRef() : amaxes[i].sizes());
  }
}

/// Larger of the two; a NaN gives way.
float larger(float a, float b) { return b > a || std::isnan(a) ? b : a; }

/// Rolls one slot's history by a row, `last` as the newest closed entry, and returns what the scale is to be found from.
float roll(float* column, int64_t length, int64_t slots, float last, bool mostRecent) {
  if (last == 0) return 0;
  float most = last;
  // Row 1 is dropped, but counts once more.
  for (int64_t row = 1; row < length; ++row) most = larger(most, column[row * slots]);
  for (int64_t row = 1; row + 1 < length; ++row) column[row * slots] = column[(row + 1) * slots];
  column[(length - 1) * slots] = last;
  column[0] = 0;
  return mostRecent ? last : most;
}

void update(at::TensorList histories, at::TensorList scales, at::TensorList amaxes, double fp8Max, double margin, bool mostRecent) {
  checkState(histories, scales, amaxes);
  // 2^-margin is exact; the quotient is rounded once.
  const float target = static_cast<float>(fp8Max) * std::exp2(static_cast<float>(-margin));
  for (size_t i = 0; i < histories.size(); ++i) {
    const int64_t length = histories[i].size(0), slots = histories[i].size(1);
    float *history = histories[i].mutable_data_ptr<float>(), *scale = scales[i].mutable_data_ptr<float>();
    const float* reduced = amaxes.empty() ? nullptr : amaxes[i].const_data_ptr<float>();
    for (int64_t slot = 0; slot < slots; ++slot) {
      const float last = reduced != nullptr && reduced[slot] != 0 ? reduced[slot] : history[slot];
      const float most = roll(history + slot, length, slots, last, mostRecent);
      if (!(most > 0) || std::isinf(most)) continue;
      const float next = target / most;
      scale[slot] = std::isinf(next) ? std::numeric_limits<float>::max() : next;
    }
  }
}

void updateMeta(at::TensorList histories, at::TensorList scales, at::TensorList amaxes, double fp8Max, double margin, bool mostRecent) {
  checkState(histories, scales, amaxes);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("fp8_update_scales_(Tensor(a!)[] histories, Tensor(b!)[] scales, Tensor[] amaxes, float fp8_max, float margin, bool most_recent) -> ()");
  implMissing(m, "fp8_update_scales_");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) { m.impl("fp8_update_scales_", &update); }

TORCH_LIBRARY_IMPL(fabric, Meta, m) { m.impl("fp8_update_scales_", &updateMeta); }

}  // namespace fabric::te
