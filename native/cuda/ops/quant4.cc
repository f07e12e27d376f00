// fabric::quantize_4bit and fabric::dequantize_4bit on CUDA.
#include "scales4.h"

namespace fabric::cuda {
namespace {

std::tuple<Tensor, Tensor> quantize(const Tensor& a, int64_t blocksize, c10::string_view quantType, c10::ScalarType storage) {
  const OnDevice device(a);
  auto results = outputsOf<"fabric::quantize_4bit", std::tuple<Tensor, Tensor>(const Tensor&, int64_t, c10::string_view, c10::ScalarType)>(a, blocksize, quantType, storage);
  const auto& [packed, absmax] = results;
  const Tensor source = aligned(a);
  check(fabric_cuda_quantize_4bit(code4NumberOf(quantType), static_cast<int>(elementOf(source.scalar_type())), source.const_data_ptr(), source.numel(), blocksize,
                                  packed.mutable_data_ptr(), static_cast<int64_t>(packed.nbytes()), absmax.mutable_data_ptr<float>(), device.stream()),
        "fabric::quantize_4bit");
  return results;
}

Tensor dequantize(const Tensor& packed, const Tensor& absmax, int64_t blocksize, c10::string_view quantType, at::IntArrayRef shape, c10::ScalarType dtype) {
  const OnDevice device(packed);
  Tensor out = outputsOf<"fabric::dequantize_4bit", Tensor(const Tensor&, const Tensor&, int64_t, c10::string_view, at::IntArrayRef, c10::ScalarType)>(packed, absmax, blocksize, quantType, shape, writable(dtype));
  const Tensor codes = aligned(packed);
  const Scales4 scales(absmax, std::nullopt, std::nullopt, std::nullopt, 0);
  check(fabric_cuda_dequantize_4bit(code4NumberOf(quantType), static_cast<int>(elementOf(out.scalar_type())), codes.const_data_ptr(), scales.pointers(), blocksize, 0,
                                    out.numel(), out.mutable_data_ptr(), device.stream()),
        "fabric::dequantize_4bit");
  return out.to(dtype);
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("quantize_4bit", &quantize);
  m.impl("dequantize_4bit", &dequantize);
}

}  // namespace fabric::cuda
