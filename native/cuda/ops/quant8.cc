// fabric::quantize_blockwise and fabric::dequantize_blockwise on CUDA. Unlike the CPU's they do not refuse a code that is not ascending or not finite: to
// read it would wait for the device. What such a code gives is not defined.
#include "common.h"

#include "../kernels/entries_quant8.h"

namespace fabric::cuda {
namespace {

std::tuple<Tensor, Tensor> quantize(const Tensor& a, const Tensor& code, int64_t blocksize) {
  const OnDevice device(a);
  auto results = outputsOf<"fabric::quantize_blockwise", std::tuple<Tensor, Tensor>(const Tensor&, const Tensor&, int64_t)>(a, code, blocksize);
  const auto& [codes, absmax] = results;
  const Tensor source = aligned(a), values = code.contiguous();
  check(fabric_cuda_quantize_blockwise(static_cast<int>(elementOf(source.scalar_type())), source.const_data_ptr(), source.numel(), values.const_data_ptr<float>(), blocksize,
                                       codes.mutable_data_ptr<uint8_t>(), absmax.mutable_data_ptr<float>(), device.stream()),
        "fabric::quantize_blockwise");
  return results;
}

Tensor dequantize(const Tensor& codes, const Tensor& absmax, const Tensor& code, int64_t blocksize, c10::ScalarType dtype) {
  const OnDevice device(codes);
  Tensor out = outputsOf<"fabric::dequantize_blockwise", Tensor(const Tensor&, const Tensor&, const Tensor&, int64_t, c10::ScalarType)>(codes, absmax, code, blocksize,
                                                                                                    writable(dtype));
  const Tensor from = aligned(codes), scales = absmax.contiguous(), values = code.contiguous();
  check(fabric_cuda_dequantize_blockwise(static_cast<int>(elementOf(out.scalar_type())), from.const_data_ptr<uint8_t>(), out.numel(), scales.const_data_ptr<float>(),
                                         values.const_data_ptr<float>(), blocksize, out.mutable_data_ptr(), device.stream()),
        "fabric::dequantize_blockwise");
  return out.to(dtype);
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("quantize_blockwise", &quantize);
  m.impl("dequantize_blockwise", &dequantize);
}

}  // namespace fabric::cuda
