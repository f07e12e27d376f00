// fabric::quantize_4bit and fabric::dequantize_4bit.
#include "../kernels/quant4.h"

#include <ATen/Parallel.h>

#include "../../common/ops/common.h"
#include "quant4.h"

namespace fabric::bnb {

Code4 code4Of(c10::string_view quantType) { return static_cast<Code4>(code4NumberOf(quantType)); }

namespace {

std::tuple<Tensor, Tensor> emptyCodes(const Tensor& a, int64_t blocksize, c10::ScalarType storage) {
  checkBlocksize4(blocksize);
  checkFloating(a);
  TORCH_CHECK_TYPE(storage == c10::kByte || storage == c10::kFloat || storage == c10::kHalf || storage == c10::kBFloat16,
                   "expected uint8, float32, float16 or bfloat16 as quant_storage but received ", storage);
  return {at::empty({storageElements(a.numel(), storage), 1}, a.options().dtype(storage)),
          at::empty({ceilDiv(a.numel(), blocksize)}, a.options().dtype(c10::kFloat))};
}

std::tuple<Tensor, Tensor> quantize(const Tensor& a, int64_t blocksize, c10::string_view quantType, c10::ScalarType storage) {
  const Code4 code = code4Of(quantType);
  auto [packed, absmax] = emptyCodes(a, blocksize, storage);
  const Tensor source = readable(a);
  const int64_t n = source.numel(), blocks = absmax.numel();
  const Element element = elementOf(source.scalar_type());
  uint8_t* bytes = static_cast<uint8_t*>(packed.data_ptr());
  // A storage of two or four bytes can end in bytes that hold no code.
  const int64_t used = ceilDiv(n, 2), all = static_cast<int64_t>(packed.nbytes());
  std::fill(bytes + used, bytes + all, uint8_t{0});
  const void* from = source.const_data_ptr();
  float* most = absmax.mutable_data_ptr<float>();
  at::parallel_for(0, blocks, std::max<int64_t>(1, 16384 / blocksize), [&](int64_t first, int64_t last) {
    quant4().quantize(code, element, from, blocksize, first * blocksize, std::min(last * blocksize, n), most, bytes);
  });
  return {packed, absmax};
}

std::tuple<Tensor, Tensor> quantizeMeta(const Tensor& a, int64_t blocksize, c10::string_view quantType, c10::ScalarType storage) {
  code4Of(quantType);
  return emptyCodes(a, blocksize, storage);
}

Tensor emptyValues(const Tensor& packed, const Tensor& absmax, int64_t blocksize, at::IntArrayRef shape, c10::ScalarType dtype) {
  checkBlocksize4(blocksize);
  TORCH_CHECK_TYPE(c10::isFloatingType(dtype), "expected float32, float16, bfloat16 or float64 as dtype but received ", dtype);
  checkCodes4(packed, absmax, blocksize, c10::multiply_integers(shape));
  return at::empty(shape, packed.options().dtype(writable(dtype)));
}

Tensor dequantize(const Tensor& packed, const Tensor& absmax, int64_t blocksize, c10::string_view quantType, at::IntArrayRef shape, c10::ScalarType dtype) {
  const Code4 code = code4Of(quantType);
  Tensor out = emptyValues(packed, absmax, blocksize, shape, dtype);
  dequantize4Into(code, packed, absmax, blocksize, out);
  return out.scalar_type() == dtype ? out : out.to(dtype);
}

Tensor dequantizeMeta(const Tensor& packed, const Tensor& absmax, int64_t blocksize, c10::string_view quantType, at::IntArrayRef shape, c10::ScalarType dtype) {
  code4Of(quantType);
  return emptyValues(packed, absmax, blocksize, shape, dtype).to(dtype);
}

}  // namespace

void checkCodes4(const Tensor& packed, const Tensor& absmax, int64_t blocksize, int64_t n) {
  checkOneDevice(packed, absmax);
  TORCH_CHECK_TYPE(absmax.scalar_type() == c10::kFloat, "expected float32 as the dtype of absmax but received ", absmax.scalar_type());
  checkSizes4(packed, absmax.numel(), blocksize, n);
}

void dequantize4Into(Code4 code, const Tensor& packed, const Tensor& absmax, int64_t blocksize, Tensor& out) {
  const Tensor codes = packed.contiguous(), scales = absmax.contiguous();
  const int64_t n = out.numel();
  const uint8_t* bytes = static_cast<const uint8_t*>(codes.const_data_ptr());
  const float* most = scales.const_data_ptr<float>();
  const Element element = elementOf(out.scalar_type());
  void* to = out.mutable_data_ptr();
  at::parallel_for(0, ceilDiv(n, blocksize), std::max<int64_t>(1, 16384 / blocksize), [&](int64_t first, int64_t last) {
    quant4().dequantize(code, element, bytes, most, blocksize, first * blocksize, std::min(last * blocksize, n), to);
  });
}

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("quantize_4bit(Tensor A, int blocksize, str quant_type, ScalarType quant_storage) -> (Tensor packed, Tensor absmax)");
  m.def("dequantize_4bit(Tensor packed, Tensor absmax, int blocksize, str quant_type, int[] shape, ScalarType dtype) -> Tensor");
  implMissing(m, "quantize_4bit");
  implMissing(m, "dequantize_4bit");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("quantize_4bit", &quantize);
  m.impl("dequantize_4bit", &dequantize);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("quantize_4bit", &quantizeMeta);
  m.impl("dequantize_4bit", &dequantizeMeta);
}

}  // namespace fabric::bnb
