// fabric::fp8_cast, fp8_dequantize, fp8_amax, fp8_current_scale, fp8_cast_blocks and fp8_update_scales_ on CUDA.
#include "fp8.h"

#include <cmath>
#include <limits>

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;

std::tuple<Tensor, Tensor, Tensor> cast(const Tensor& x, const Tensor& scale, int64_t slot, const MaybeTensor& history, c10::ScalarType dtype, bool transpose) {
  const OnDevice device(x);
  auto outputs = outputsOf<"fabric::fp8_cast", std::tuple<Tensor, Tensor, Tensor>(const Tensor&, const Tensor&, int64_t, const MaybeTensor&, c10::ScalarType, bool)>(x, scale, slot, history, dtype, transpose);
  auto& [codes, turned, inverse] = outputs;
  const Tensor source = aligned(x);
  const Rows size = rowsOf(x);
  float* collected = history.has_value() ? history->mutable_data_ptr<float>() + slot : nullptr;
  check(fabric_cuda_fp8_cast(format8Of(dtype), static_cast<int>(elementOf(source.scalar_type())), source.const_data_ptr(), size.rows, size.cols, scale.const_data_ptr<float>() + slot,
                             collected, codes.mutable_data_ptr(), transpose ? turned.mutable_data_ptr() : nullptr, inverse.mutable_data_ptr<float>(), device.stream()),
        "fabric::fp8_cast");
  return outputs;
}

Tensor dequantize(const Tensor& codes, const Tensor& scaleInv, c10::ScalarType dtype) {
  const OnDevice device(codes);
  Tensor out = outputsOf<"fabric::fp8_dequantize", Tensor(const Tensor&, const Tensor&, c10::ScalarType)>(codes, scaleInv, writable(dtype));
  const Tensor source = aligned(codes);
  check(fabric_cuda_fp8_dequantize(format8Of(codes.scalar_type()), static_cast<int>(elementOf(out.scalar_type())), source.const_data_ptr(), scaleInv.const_data_ptr<float>(), out.numel(),
                                   out.mutable_data_ptr(), device.stream()),
        "fabric::fp8_dequantize");
  return out.to(dtype);
}

/// The largest magnitude of `x`, or the scale that follows from it, into `out`.
void findScale(const char* name, const Tensor& x, FabricFp8Scale scale, const OnDevice& device, Tensor& out) {
  const Tensor source = aligned(x), state = at::empty({2}, out.options().dtype(c10::kInt));
  check(fabric_cuda_fp8_amax(static_cast<int>(elementOf(source.scalar_type())), source.const_data_ptr(), source.numel(), scale, state.mutable_data_ptr(), out.mutable_data_ptr<float>(),
                             device.stream()),
        name);
}

Tensor amax(const Tensor& x) {
  const OnDevice device(x);
  Tensor out = outputsOf<"fabric::fp8_amax", Tensor(const Tensor&)>(x);
  findScale("fabric::fp8_amax", x, {0, 0, 0}, device, out);
  return out;
}

Tensor currentScale(const Tensor& x, c10::ScalarType dtype, bool isPowerOfTwo, double epsilon) {
  const OnDevice device(x);
  Tensor out = outputsOf<"fabric::fp8_current_scale", Tensor(const Tensor&, c10::ScalarType, bool, double)>(x, dtype, isPowerOfTwo, epsilon);
  findScale("fabric::fp8_current_scale", x, {max8Of(dtype), static_cast<float>(epsilon), isPowerOfTwo}, device, out);
  return out;
}

/// The largest finite value of what is cast.
float largestOf(c10::ScalarType dtype) {
  if (dtype == c10::kHalf) return 65504.0f;
  return dtype == c10::kBFloat16 ? 0x1.fep127f : std::numeric_limits<float>::max();
}

std::tuple<Tensor, Tensor> castBlocks(const Tensor& x, int64_t blockRows, int64_t blockCols, c10::ScalarType dtype, c10::string_view scaling) {
  const OnDevice device(x);
  auto outputs = outputsOf<"fabric::fp8_cast_blocks", std::tuple<Tensor, Tensor>(const Tensor&, int64_t, int64_t, c10::ScalarType, c10::string_view)>(x, blockRows, blockCols, dtype, scaling);
  auto& [codes, inverse] = outputs;
  const Tensor source = aligned(x);
  const int kind = scaling == "float32" ? 0 : scaling == "power_of_two" ? 1 : 2;
  check(fabric_cuda_fp8_cast_blocks(format8Of(dtype), static_cast<int>(elementOf(source.scalar_type())), kind, largestOf(x.scalar_type()), source.const_data_ptr(), x.size(0), x.size(1),
                                    blockRows, blockCols, codes.mutable_data_ptr(), inverse.mutable_data_ptr<float>(), device.stream()),
        "fabric::fp8_cast_blocks");
  return outputs;
}

void updateScales(at::TensorList histories, at::TensorList scales, at::TensorList amaxes, double fp8Max, double margin, bool mostRecent) {
  outputsOf<"fabric::fp8_update_scales_", void(at::TensorList, at::TensorList, at::TensorList, double, double, bool)>(histories, scales, amaxes, fp8Max, margin, mostRecent);
  if (histories.empty()) return;
  const OnDevice device(histories[0]);
  // 2^-margin is exact; the quotient is rounded once.
  const float target = static_cast<float>(fp8Max) * std::exp2(static_cast<float>(-margin));
  for (size_t begin = 0; begin < histories.size(); begin += FabricFp8Histories::kMost) {
    FabricFp8Histories some;
    some.count = static_cast<int>(std::min<size_t>(FabricFp8Histories::kMost, histories.size() - begin));
    for (int i = 0; i < some.count; ++i) {
      const Tensor &history = histories[begin + i], &scale = scales[begin + i];
      some.of[i] = {history.mutable_data_ptr<float>(), scale.mutable_data_ptr<float>(), amaxes.empty() ? nullptr : amaxes[begin + i].const_data_ptr<float>(), history.size(0),
                    static_cast<int>(history.size(1))};
    }
    check(fabric_cuda_fp8_update_scales(&some, target, mostRecent, device.stream()), "fabric::fp8_update_scales_");
  }
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("fp8_cast", &cast);
  m.impl("fp8_dequantize", &dequantize);
  m.impl("fp8_amax", &amax);
  m.impl("fp8_current_scale", &currentScale);
  m.impl("fp8_cast_blocks", &castBlocks);
  m.impl("fp8_update_scales_", &updateScales);
}

}  // namespace fabric::cuda
