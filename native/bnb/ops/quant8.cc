// fabric::quantize_blockwise and fabric::dequantize_blockwise.
#include "quant8.h"

#include <ATen/Parallel.h>

#include <array>
#include <cmath>
#include <map>
#include <mutex>

namespace fabric::bnb {
namespace {

constexpr int64_t kGrain = 16384;
/// Codes whose search tables are kept; further ones are made for the call.
constexpr size_t kKept = 16;

void checkCode(const Tensor& code) {
  TORCH_CHECK_TYPE(code.scalar_type() == c10::kFloat, "expected float32 as the dtype of code but received ", code.scalar_type());
  TORCH_CHECK_VALUE(code.numel() == 256, "expected 256 values of code but received ", code.numel());
}

std::tuple<Tensor, Tensor> emptyCodes(const Tensor& a, const Tensor& code, int64_t blocksize) {
  checkOneDevice(a, code);
  checkCode(code);
  TORCH_CHECK_VALUE(blocksize >= 1, "expected a blocksize of at least 1 but received ", blocksize);
  checkFloating(a);
  return {at::empty(a.sizes(), a.options().dtype(c10::kByte).memory_format(c10::MemoryFormat::Contiguous)),
          at::empty({ceilDiv(a.numel(), blocksize)}, a.options().dtype(c10::kFloat).memory_format(c10::MemoryFormat::Contiguous))};
}

std::tuple<Tensor, Tensor> quantize(const Tensor& a, const Tensor& code, int64_t blocksize) {
  auto [codes, absmax] = emptyCodes(a, code, blocksize);
  const auto encoder = encoderFor(code);
  const Tensor source = readable(a);
  const int64_t n = source.numel();
  const Element element = elementOf(source.scalar_type());
  const void* from = source.const_data_ptr();
  float* most = absmax.mutable_data_ptr<float>();
  uint8_t* to = codes.mutable_data_ptr<uint8_t>();
  at::parallel_for(0, absmax.numel(), std::max<int64_t>(1, kGrain / blocksize), [&](int64_t first, int64_t last) {
    quant8().quantize(*encoder, element, from, blocksize, first * blocksize, std::min(last * blocksize, n), most, to);
  });
  return {codes, absmax};
}

Tensor emptyValues(const Tensor& codes, const Tensor& absmax, const Tensor& code, int64_t blocksize, c10::ScalarType dtype) {
  checkOneDevice(codes, absmax, code);
  checkCode(code);
  TORCH_CHECK_VALUE(blocksize >= 1, "expected a blocksize of at least 1 but received ", blocksize);
  TORCH_CHECK_TYPE(c10::isFloatingType(dtype), "expected float32, float16, bfloat16 or float64 as dtype but received ", dtype);
  TORCH_CHECK_TYPE(codes.scalar_type() == c10::kByte, "expected uint8 as the dtype of the codes but received ", codes.scalar_type());
  TORCH_CHECK_TYPE(absmax.scalar_type() == c10::kFloat, "expected float32 as the dtype of absmax but received ", absmax.scalar_type());
  TORCH_CHECK_VALUE(absmax.numel() == ceilDiv(codes.numel(), blocksize), "expected ", ceilDiv(codes.numel(), blocksize), " values of absmax for ",
                    codes.numel(), " codes in blocks of ", blocksize, " but received ", absmax.numel());
  return at::empty(codes.sizes(), codes.options().dtype(writable(dtype)).memory_format(c10::MemoryFormat::Contiguous));
}

Tensor dequantize(const Tensor& codes, const Tensor& absmax, const Tensor& code, int64_t blocksize, c10::ScalarType dtype) {
  Tensor out = emptyValues(codes, absmax, code, blocksize, dtype);
  dequantize8Into(codes, absmax, code, blocksize, out);
  return out.scalar_type() == dtype ? out : out.to(dtype);
}

Tensor dequantizeMeta(const Tensor& codes, const Tensor& absmax, const Tensor& code, int64_t blocksize, c10::ScalarType dtype) {
  return emptyValues(codes, absmax, code, blocksize, dtype).to(dtype);
}

}  // namespace

std::shared_ptr<const Encoder8> encoderFor(const Tensor& code) {
  checkCode(code);
  static std::mutex mutex;
  static std::map<std::array<float, 256>, std::shared_ptr<const Encoder8>> known;
  const Tensor values = code.contiguous();
  std::array<float, 256> key;
  std::copy_n(values.const_data_ptr<float>(), 256, key.begin());
  for (int i = 0; i < 256; ++i)
    TORCH_CHECK_VALUE(std::isfinite(key[i]) && (i == 0 || key[i] >= key[i - 1]), "expected ascending finite values of code, but value ", i, " is ", key[i]);
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  auto made = std::make_shared<const Encoder8>(key.data());
  if (known.size() < kKept) known.emplace(key, made);
  return made;
}

void dequantize8Into(const Tensor& codes, const Tensor& absmax, const Tensor& code, int64_t blocksize, Tensor& out) {
  const Tensor from = codes.contiguous(), scales = absmax.contiguous(), values = code.contiguous();
  const Element element = elementOf(out.scalar_type());
  const uint8_t* bytes = from.const_data_ptr<uint8_t>();
  const float *most = scales.const_data_ptr<float>(), *table = values.const_data_ptr<float>();
  void* to = out.mutable_data_ptr();
  at::parallel_for(0, out.numel(), kGrain, [&](int64_t begin, int64_t end) { quant8().dequantize(table, element, bytes, most, blocksize, begin, end, to); });
}

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("quantize_blockwise(Tensor A, Tensor code, int blocksize) -> (Tensor codes, Tensor absmax)");
  m.def("dequantize_blockwise(Tensor codes, Tensor absmax, Tensor code, int blocksize, ScalarType dtype) -> Tensor");
  implMissing(m, "quantize_blockwise");
  implMissing(m, "dequantize_blockwise");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("quantize_blockwise", &quantize);
  m.impl("dequantize_blockwise", &dequantize);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("quantize_blockwise", &emptyCodes);
  m.impl("dequantize_blockwise", &dequantizeMeta);
}

}  // namespace fabric::bnb
