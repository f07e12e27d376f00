// fabric::fp8_mm: products of FP8 codes by emulation, in float32, scales applied to the sums.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include "fp8.h"

namespace fabric::te {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// Values of codes, scales left out: exact in float32. Keeps which dimension is contiguous.
Tensor valuesOf(const Tensor& codes) {
  if (!codes.is_cpu()) return codes.to(c10::kFloat);
  if (!codes.is_contiguous() && codes.t().is_contiguous()) return valuesOf(codes.t()).t();
  Tensor out = at::empty(codes.sizes(), codes.options().dtype(c10::kFloat));
  decodeInto(codes.contiguous(), 1.0f, out);
  return out;
}

void checkProduct(const Tensor& a, const Tensor& b, const Tensor& aInverse, const Tensor& bInverse, const MaybeTensor& bias, c10::ScalarType outDtype) {
  formatOf(a.scalar_type());
  formatOf(b.scalar_type());
  checkScalar(aInverse, "a_scale_inv");
  checkScalar(bInverse, "b_scale_inv");
  TORCH_CHECK_VALUE(a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(1), "expected matrices of [M, K] and [N, K] but received ", a.sizes(), " and ", b.sizes());
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->size(0) == b.size(0)), "expected a bias of [", b.size(0), "]");
  TORCH_CHECK_TYPE(c10::isFloatingType(outDtype), "expected float32, float16, bfloat16 or float64 as out_dtype but received ", outDtype);
}

Tensor mm(const Tensor& a, const Tensor& b, const Tensor& aInverse, const Tensor& bInverse, const MaybeTensor& bias, c10::ScalarType outDtype) {
  checkProduct(a, b, aInverse, bInverse, bias, outDtype);
  const Tensor sums = at::mm(valuesOf(a), valuesOf(b).t());
  if (!sums.is_cpu()) {
    const Tensor y = sums.mul(aInverse.mul(bInverse));
    return (bias.has_value() ? y.add(bias->to(c10::kFloat)) : y).to(outDtype);
  }
  const float scale = aInverse.item<float>() * bInverse.item<float>();
  const Tensor wide = bias.has_value() ? bias->to(c10::kFloat).contiguous() : Tensor();
  const float *add = wide.defined() ? wide.const_data_ptr<float>() : nullptr, *from = sums.const_data_ptr<float>();
  const c10::ScalarType type = writable(outDtype);
  Tensor out = type == c10::kFloat ? sums : at::empty(sums.sizes(), sums.options().dtype(type));
  char* to = static_cast<char*>(out.mutable_data_ptr());
  const int64_t cols = sums.size(1), size = static_cast<int64_t>(out.element_size());
  at::parallel_for(0, sums.size(0), std::max<int64_t>(1, kGrain / std::max<int64_t>(1, cols)), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) cast8().finish(from + row * cols, scale, add, cols, elementOf(type), to + row * cols * size);
  });
  return out.to(outDtype);
}

Tensor mmMeta(const Tensor& a, const Tensor& b, const Tensor& aInverse, const Tensor& bInverse, const MaybeTensor& bias, c10::ScalarType outDtype) {
  checkProduct(a, b, aInverse, bInverse, bias, outDtype);
  return at::empty({a.size(0), b.size(0)}, a.options().dtype(outDtype));
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("fp8_mm(Tensor a, Tensor b, Tensor a_scale_inv, Tensor b_scale_inv, Tensor? bias, ScalarType out_dtype) -> Tensor");
}

// Composed of libtorch's operators where the tensors are not on the CPU.
TORCH_LIBRARY_IMPL(fabric, CompositeExplicitAutograd, m) { m.impl("fp8_mm", &mm); }

TORCH_LIBRARY_IMPL(fabric, Meta, m) { m.impl("fp8_mm", &mmMeta); }

}  // namespace fabric::te
