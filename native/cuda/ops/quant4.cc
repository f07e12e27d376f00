// fabric::quantize_4bit and fabric::dequantize_4bit on CUDA.
#include "scales4.h"

namespace fabric::cuda {
namespace {

int code4Of(c10::string_view quantType) { return quantType == "nf4" ? 0 : 1; }

Tensor dequantize(const Tensor& packed, const Tensor& absmax, int64_t blocksize, c10::string_view quantType, at::IntArrayRef shape, c10::ScalarType dtype) {
  const OnDevice device(packed);
  Tensor out = outputsOf<Tensor(const Tensor&, const Tensor&, int64_t, c10::string_view, at::IntArrayRef, c10::ScalarType)>(
      "fabric::dequantize_4bit", packed, absmax, blocksize, quantType, shape, writable(dtype));
  const Tensor codes = aligned(packed);
  const Scales4 scales(absmax, std::nullopt, std::nullopt, std::nullopt, 0);
  check(fabric_cuda_dequantize_4bit(code4Of(quantType), static_cast<int>(elementOf(out.scalar_type())), codes.const_data_ptr(), scales.pointers(), blocksize, 0,
                                    out.numel(), out.mutable_data_ptr(), device.stream()),
        "fabric::dequantize_4bit");
  return out.to(dtype);
}

}  // namespace

FABRIC_CUDA_IMPL(m) { m.impl("dequantize_4bit", &dequantize); }

}  // namespace fabric::cuda
