// aten's matrix products for 16-bit CPU tensors. Whatever is not ours, errors of shape included, goes on to libtorch's own kernel.
#include <ATen/CPUFunctions.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/native/Resize.h>
#include <torch/library.h>

#include <initializer_list>

#include "capability.h"
#include "gemm.h"
#include "register.h"

namespace fabric::half {
namespace {

using at::Scalar;
using at::Tensor;

/// A batch of matrices is widened a slice of about this many entries at a time.
constexpr int64_t kSlice = 1 << 20;
/// Matrices of a batch larger than this are multiplied one by one, in tiles.
constexpr int64_t kSmallMatrix = 192 * 192;

/// Whether all are dense CPU tensors of one 16-bit format that is ours.
bool ours(std::initializer_list<const Tensor*> tensors) {
  const c10::ScalarType dtype = (*tensors.begin())->scalar_type();
  if (!takes(dtype)) return false;
  for (const Tensor* t : tensors) {
    if (t->scalar_type() != dtype || !t->device().is_cpu() || t->layout() != at::kStrided || t->is_neg()) return false;
  }
  return true;
}

bool isSane(const Tensor& t) {
  for (const int64_t n : t.sizes())
    if (n == 0) return false;
  return true;
}

/// With one of its strides 1, so that tiles are read in runs.
Tensor inRuns(const Tensor& t) {
  const int64_t d = t.dim();
  return t.stride(d - 1) == 1 || t.stride(d - 2) == 1 ? t : t.contiguous();
}

bool fits(const Tensor& a, const Tensor& b) {
  return a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(0) && isSane(a) && isSane(b);
}

/// `addend` can be broadcast to {rows, cols}.
bool broadcasts(const Tensor& addend, at::IntArrayRef sizes) {
  const int64_t lead = static_cast<int64_t>(sizes.size()) - addend.dim();
  if (lead < 0) return false;
  for (int64_t i = 0; i < addend.dim(); ++i)
    if (addend.size(i) != 1 && addend.size(i) != sizes[static_cast<size_t>(lead + i)]) return false;
  return true;
}

Tensor& into(Tensor& out, at::IntArrayRef sizes) {
  if (out.sizes() != sizes) at::native::resize_output(out, sizes);
  return out;
}

/// out = beta * self + alpha * a @ b; `out` has the right sizes.
void product(const Tensor& self, const Tensor& a, const Tensor& b, const Tensor& out, float alpha, float beta) {
  if (out.stride(0) != 1 && out.stride(1) != 1) {
    const Tensor temporary = at::empty(out.sizes(), out.options());
    product(self, a, b, temporary, alpha, beta);
    out.copy_(temporary);
    return;
  }
  gemm(matrixOf(inRuns(a)), matrixOf(inRuns(b)), matrixOf(out), matrixOf(self.expand_as(out)), alpha, beta);
}

Tensor mm(const Tensor& self, const Tensor& mat2) {
  if (!ours({&self, &mat2}) || !fits(self, mat2)) return at::cpu::mm(self, mat2);
  const Tensor out = at::empty({self.size(0), mat2.size(1)}, self.options());
  product(out, self, mat2, out, 1.f, 0.f);
  return out;
}

Tensor& mmOut(const Tensor& self, const Tensor& mat2, Tensor& out) {
  if (!ours({&self, &mat2, &out}) || !fits(self, mat2)) return at::cpu::mm_outf(self, mat2, out);
  product(into(out, {self.size(0), mat2.size(1)}), self, mat2, out, 1.f, 0.f);
  return out;
}

bool addmmIsOurs(const Tensor& self, const Tensor& a, const Tensor& b) {
  return ours({&self, &a, &b}) && fits(a, b) && broadcasts(self, {a.size(0), b.size(1)});
}

Tensor addmm(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  if (!addmmIsOurs(self, a, b)) return at::cpu::addmm(self, a, b, beta, alpha);
  const Tensor out = at::empty({a.size(0), b.size(1)}, a.options());
  product(self, a, b, out, alpha.to<float>(), beta.to<float>());
  return out;
}

Tensor& addmmOut(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha, Tensor& out) {
  if (!addmmIsOurs(self, a, b) || !ours({&out, &a})) return at::cpu::addmm_outf(self, a, b, beta, alpha, out);
  // Resizing may move the storage that `self` shares.
  const Tensor addend = out.is_same(self) && out.dim() != 2 ? self.clone() : self;
  product(addend, a, b, into(out, {a.size(0), b.size(1)}), alpha.to<float>(), beta.to<float>());
  return out;
}

Tensor& addmmInPlace(Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  if (!addmmIsOurs(self, a, b) || self.dim() != 2 || self.size(0) != a.size(0) || self.size(1) != b.size(1)) return at::cpu::addmm_(self, a, b, beta, alpha);
  product(self, a, b, self, alpha.to<float>(), beta.to<float>());
  return self;
}

bool batchFits(const Tensor& a, const Tensor& b) {
  return a.dim() == 3 && b.dim() == 3 && a.size(0) == b.size(0) && a.size(2) == b.size(1) && isSane(a) && isSane(b);
}

/// out[i] = beta * self[i] + alpha * a[i] @ b[i].
void batchProduct(const Tensor& self, const Tensor& a, const Tensor& b, const Tensor& out, float alpha, float beta) {
  const int64_t batch = a.size(0), m = a.size(1), k = a.size(2), n = b.size(2);
  const Tensor addend = self.expand_as(out);
  const bool isVector = m == 1 || n == 1;
  if (isVector || std::max({m * k, k * n, m * n}) > kSmallMatrix) {
    for (int64_t i = 0; i < batch; ++i) product(addend.select(0, i), a.select(0, i), b.select(0, i), out.select(0, i), alpha, beta);
    return;
  }
  const int64_t slice = std::max<int64_t>(1, kSlice / std::max({m * k, k * n, m * n}));
  for (int64_t i = 0; i < batch; i += slice) {
    const int64_t size = std::min(slice, batch - i);
    const Tensor x = a.narrow(0, i, size).to(at::kFloat), y = b.narrow(0, i, size).to(at::kFloat);
    if (beta == 0.f && alpha == 1.f)
      out.narrow(0, i, size).copy_(at::cpu::bmm(x, y));
    else
      out.narrow(0, i, size).copy_(at::cpu::baddbmm(addend.narrow(0, i, size).to(at::kFloat), x, y, beta, alpha));
  }
}

Tensor bmm(const Tensor& self, const Tensor& mat2) {
  if (!ours({&self, &mat2}) || !batchFits(self, mat2)) return at::cpu::bmm(self, mat2);
  const Tensor out = at::empty({self.size(0), self.size(1), mat2.size(2)}, self.options());
  batchProduct(out, self, mat2, out, 1.f, 0.f);
  return out;
}

Tensor& bmmOut(const Tensor& self, const Tensor& mat2, Tensor& out) {
  if (!ours({&self, &mat2, &out}) || !batchFits(self, mat2)) return at::cpu::bmm_outf(self, mat2, out);
  batchProduct(into(out, {self.size(0), self.size(1), mat2.size(2)}), self, mat2, out, 1.f, 0.f);
  return out;
}

bool baddbmmIsOurs(const Tensor& self, const Tensor& a, const Tensor& b) {
  return ours({&self, &a, &b}) && batchFits(a, b) && broadcasts(self, {a.size(0), a.size(1), b.size(2)});
}

Tensor baddbmm(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  if (!baddbmmIsOurs(self, a, b)) return at::cpu::baddbmm(self, a, b, beta, alpha);
  const Tensor out = at::empty({a.size(0), a.size(1), b.size(2)}, a.options());
  batchProduct(self, a, b, out, alpha.to<float>(), beta.to<float>());
  return out;
}

Tensor& baddbmmOut(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha, Tensor& out) {
  if (!baddbmmIsOurs(self, a, b) || !ours({&out, &a})) return at::cpu::baddbmm_outf(self, a, b, beta, alpha, out);
  const Tensor addend = out.is_same(self) && out.dim() != 3 ? self.clone() : self;
  batchProduct(addend, a, b, into(out, {a.size(0), a.size(1), b.size(2)}), alpha.to<float>(), beta.to<float>());
  return out;
}

Tensor& baddbmmInPlace(Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha) {
  if (!baddbmmIsOurs(self, a, b) || self.dim() != 3 || self.size(0) != a.size(0) || self.size(1) != a.size(1) || self.size(2) != b.size(2))
    return at::cpu::baddbmm_(self, a, b, beta, alpha);
  batchProduct(self, a, b, self, alpha.to<float>(), beta.to<float>());
  return self;
}

bool addmvIsOurs(const Tensor& self, const Tensor& mat, const Tensor& vec) {
  return ours({&self, &mat, &vec}) && mat.dim() == 2 && vec.dim() == 1 && mat.size(1) == vec.size(0) && isSane(mat) && self.dim() <= 1 && broadcasts(self, {mat.size(0)});
}

void vectorProduct(const Tensor& self, const Tensor& mat, const Tensor& vec, const Tensor& out, float alpha, float beta) {
  const Tensor addend = self.expand_as(out);
  gemm(matrixOf(inRuns(mat)), matrixOf(vec.unsqueeze(1)), matrixOf(out.unsqueeze(1)), matrixOf(addend.unsqueeze(1)), alpha, beta);
}

Tensor addmv(const Tensor& self, const Tensor& mat, const Tensor& vec, const Scalar& beta, const Scalar& alpha) {
  if (!addmvIsOurs(self, mat, vec)) return at::cpu::addmv(self, mat, vec, beta, alpha);
  const Tensor out = at::empty({mat.size(0)}, mat.options());
  vectorProduct(self, mat, vec, out, alpha.to<float>(), beta.to<float>());
  return out;
}

Tensor& addmvOut(const Tensor& self, const Tensor& mat, const Tensor& vec, const Scalar& beta, const Scalar& alpha, Tensor& out) {
  if (!addmvIsOurs(self, mat, vec) || !ours({&out, &mat})) return at::cpu::addmv_outf(self, mat, vec, beta, alpha, out);
  const Tensor addend = out.is_same(self) && out.dim() != 1 ? self.clone() : self;
  vectorProduct(addend, mat, vec, into(out, {mat.size(0)}), alpha.to<float>(), beta.to<float>());
  return out;
}

Tensor& addmvInPlace(Tensor& self, const Tensor& mat, const Tensor& vec, const Scalar& beta, const Scalar& alpha) {
  if (!addmvIsOurs(self, mat, vec) || self.dim() != 1 || self.size(0) != mat.size(0)) return at::cpu::addmv_(self, mat, vec, beta, alpha);
  vectorProduct(self, mat, vec, self, alpha.to<float>(), beta.to<float>());
  return self;
}

Tensor activated(const Tensor& x, bool useGelu) { return useGelu ? at::gelu(x, "tanh") : at::relu(x); }

/// The epilogue rounds once more, as libtorch's does on the CPU.
Tensor addmmActivation(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha, bool useGelu) {
  if (!addmmIsOurs(self, a, b)) return at::cpu::_addmm_activation(self, a, b, beta, alpha, useGelu);
  return activated(half::addmm(self, a, b, beta, alpha), useGelu);
}

Tensor& addmmActivationOut(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta, const Scalar& alpha, bool useGelu, Tensor& out) {
  if (!addmmIsOurs(self, a, b) || !ours({&out, &a})) return at::cpu::_addmm_activation_outf(self, a, b, beta, alpha, useGelu, out);
  into(out, {a.size(0), b.size(1)}).copy_(activated(half::addmm(self, a, b, beta, alpha), useGelu));
  return out;
}

}  // namespace

void registerMatmul(torch::Library& aten) {
  aten.impl("mm", TORCH_FN(mm));
  aten.impl("mm.out", TORCH_FN(mmOut));
  aten.impl("addmm", TORCH_FN(addmm));
  aten.impl("addmm.out", TORCH_FN(addmmOut));
  aten.impl("addmm_", TORCH_FN(addmmInPlace));
  aten.impl("_addmm_activation", TORCH_FN(addmmActivation));
  aten.impl("_addmm_activation.out", TORCH_FN(addmmActivationOut));
  aten.impl("bmm", TORCH_FN(bmm));
  aten.impl("bmm.out", TORCH_FN(bmmOut));
  aten.impl("baddbmm", TORCH_FN(baddbmm));
  aten.impl("baddbmm.out", TORCH_FN(baddbmmOut));
  aten.impl("baddbmm_", TORCH_FN(baddbmmInPlace));
  aten.impl("addmv", TORCH_FN(addmv));
  aten.impl("addmv.out", TORCH_FN(addmvOut));
  aten.impl("addmv_", TORCH_FN(addmvInPlace));
}

}  // namespace fabric::half
