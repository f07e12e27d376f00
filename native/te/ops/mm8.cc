// fabric::fp8_mm: products of FP8 codes by emulation, sums in float32, the scales of whole tensors applied to them. `emulate` and `fast_accumulation`
// are for devices with FP8 units, whose kernels stand elsewhere: the first asks for this emulation, the second lets units keep sums in fewer bits.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "product16.h"

namespace fabric::te {
namespace {

using MaybeTensor = std::optional<Tensor>;

/// A matrix of codes. Without blocks one scale serves all of it and is left to the sums; with blocks of [rows, columns] values are scaled.
struct Matrix {
  const Tensor& codes;
  const Tensor& inverse;
  at::OptionalIntArrayRef block;
};

/// float32 values, each times the scale of its block.
Tensor blockValues(const Tensor& codes, const Tensor& inverse, int64_t blockRows, int64_t blockCols) {
  if (!codes.is_cpu()) {
    const Tensor scales = inverse.repeat_interleave(blockRows, 0).slice(0, 0, codes.size(0)).repeat_interleave(blockCols, 1).slice(1, 0, codes.size(1));
    return codes.to(c10::kFloat).mul(scales);
  }
  if (!codes.is_contiguous() && codes.t().is_contiguous()) return blockValues(codes.t(), inverse.t(), blockCols, blockRows).t();
  const Tensor source = codes.contiguous(), scales = inverse.contiguous();
  Tensor out = at::empty(codes.sizes(), codes.options().dtype(c10::kFloat).memory_format(std::nullopt));
  const Fp8 format = formatOf(codes.scalar_type());
  const uint8_t* from = static_cast<const uint8_t*>(source.const_data_ptr());
  const float* scale = scales.const_data_ptr<float>();
  float* to = out.mutable_data_ptr<float>();
  const int64_t cols = codes.size(1), across = ceilDiv(cols, blockCols);
  at::parallel_for(0, codes.size(0), std::max<int64_t>(1, kGrain / std::max<int64_t>(1, cols)), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      for (int64_t b = 0; b < across; ++b) {
        const int64_t at = row * cols + b * blockCols, n = std::min(blockCols, cols - b * blockCols);
        cast8().decode(format, from + at, n, scale[row / blockRows * across + b], Element::Float32, to + at);
      }
  });
  return out;
}

/// float32 values, exact: scales are left out. Keeps which dimension is contiguous.
Tensor plainValues(const Tensor& codes) {
  if (!codes.is_cpu()) return codes.to(c10::kFloat);
  if (!codes.is_contiguous() && codes.t().is_contiguous()) return plainValues(codes.t()).t();
  Tensor out = at::empty(codes.sizes(), codes.options().dtype(c10::kFloat).memory_format(std::nullopt));
  decodeInto(codes.contiguous(), 1.0f, out);
  return out;
}

Tensor valuesOf(const Matrix& m) { return m.block.has_value() ? blockValues(m.codes, m.inverse, (*m.block)[0], (*m.block)[1]) : plainValues(m.codes); }

void checkMatrix(const Matrix& m, const char* name) {
  formatOf(m.codes.scalar_type());
  TORCH_CHECK_VALUE(m.codes.dim() == 2, "expected a matrix of codes but the shape of ", name, " is ", m.codes.sizes());
  if (!m.block.has_value()) return checkScalar(m.inverse, "scale_inv");
  const at::IntArrayRef block = *m.block;
  TORCH_CHECK_VALUE(block.size() == 2 && block[0] > 0 && block[1] > 0, "expected two positive sizes as the block of ", name, " but received ", block);
  TORCH_CHECK_TYPE(m.inverse.scalar_type() == c10::kFloat, "expected float32 as the dtype of scale_inv but received ", m.inverse.scalar_type());
  const int64_t down = ceilDiv(m.codes.size(0), block[0]), across = ceilDiv(m.codes.size(1), block[1]);
  TORCH_CHECK_VALUE(m.inverse.dim() == 2 && m.inverse.size(0) == down && m.inverse.size(1) == across, "expected scales of [", down, ", ", across, "] for ", name,
                    " but their shape is ", m.inverse.sizes());
}

void checkProduct(const Matrix& a, const Matrix& b, const MaybeTensor& bias, c10::ScalarType outDtype) {
  checkOneDevice(a.codes, b.codes, a.inverse, b.inverse, bias);
  checkMatrix(a, "a");
  checkMatrix(b, "b");
  TORCH_CHECK_VALUE(a.codes.size(1) == b.codes.size(1), "expected matrices of [M, K] and [N, K] but received ", a.codes.sizes(), " and ", b.codes.sizes());
  TORCH_CHECK_VALUE(!bias.has_value() || (bias->dim() == 1 && bias->size(0) == b.codes.size(0)), "expected a bias of [", b.codes.size(0), "]");
  TORCH_CHECK_TYPE(c10::isFloatingType(outDtype), "expected float32, float16, bfloat16 or float64 as out_dtype but received ", outDtype);
}

Tensor mm(const Tensor& a, const Tensor& b, const Tensor& aInverse, const Tensor& bInverse, const MaybeTensor& bias, c10::ScalarType outDtype, at::OptionalIntArrayRef aBlock,
          at::OptionalIntArrayRef bBlock, bool emulate, bool fastAccumulation) {
  const Matrix left{a, aInverse, aBlock}, right{b, bInverse, bBlock};
  checkProduct(left, right, bias, outDtype);
  // Autocast would round the values to 16 bits.
  const c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::autocast_dispatch_keyset);
  if (!a.is_cpu()) {
    Tensor y = at::mm(valuesOf(left), valuesOf(right).t());
    if (!aBlock.has_value()) y = y.mul(aInverse);
    if (!bBlock.has_value()) y = y.mul(bInverse);
    return (bias.has_value() ? y.add(bias->to(c10::kFloat)) : y).to(outDtype);
  }
  const float scale = (aBlock.has_value() ? 1.0f : aInverse.item<float>()) * (bBlock.has_value() ? 1.0f : bInverse.item<float>());
  const Tensor wide = bias.has_value() ? bias->to(c10::kFloat).contiguous() : Tensor();
  const float* add = wide.defined() ? wide.const_data_ptr<float>() : nullptr;
  const c10::ScalarType type = writable(outDtype);
  const bool isPlain = !aBlock.has_value() && !bBlock.has_value(), isEmpty = a.numel() == 0 || b.numel() == 0;
  if (isPlain && !isEmpty && hasProducts16()) {
    Tensor out = at::empty({a.size(0), b.size(0)}, a.options().dtype(type).memory_format(std::nullopt));
    product16(a, b, scale, add, out);
    return out.to(outDtype);
  }
  const Tensor sums = at::mm(valuesOf(left), valuesOf(right).t());
  const float* from = sums.const_data_ptr<float>();
  Tensor out = type == c10::kFloat ? sums : at::empty(sums.sizes(), sums.options().dtype(type));
  char* to = static_cast<char*>(out.mutable_data_ptr());
  const int64_t cols = sums.size(1), size = static_cast<int64_t>(out.element_size());
  at::parallel_for(0, sums.size(0), std::max<int64_t>(1, kGrain / std::max<int64_t>(1, cols)), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) cast8().finish(from + row * cols, scale, add, cols, elementOf(type), to + row * cols * size);
  });
  return out.to(outDtype);
}

Tensor mmMeta(const Tensor& a, const Tensor& b, const Tensor& aInverse, const Tensor& bInverse, const MaybeTensor& bias, c10::ScalarType outDtype, at::OptionalIntArrayRef aBlock,
              at::OptionalIntArrayRef bBlock, bool emulate, bool fastAccumulation) {
  checkProduct({a, aInverse, aBlock}, {b, bInverse, bBlock}, bias, outDtype);
  return at::empty({a.size(0), b.size(0)}, a.options().dtype(outDtype).memory_format(std::nullopt));
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def(
      "fp8_mm(Tensor a, Tensor b, Tensor a_scale_inv, Tensor b_scale_inv, Tensor? bias, ScalarType out_dtype, int[]? a_block=None, int[]? b_block=None, "
      "bool emulate=False, bool fast_accumulation=False) -> Tensor");
  m.def("fp8_mm_in_bfloat16() -> bool", &hasProducts16);
}

// Composed of libtorch's operators where the tensors are not on the CPU.
TORCH_LIBRARY_IMPL(fabric, CompositeExplicitAutograd, m) { m.impl("fp8_mm", &mm); }

TORCH_LIBRARY_IMPL(fabric, Meta, m) { m.impl("fp8_mm", &mmMeta); }

}  // namespace fabric::te
