// Attention of 16-bit CPU tensors: libtorch's flash kernels in float32, a slice of the batch at a time, results rounded once.
#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_backward_native.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_native.h>
#include <torch/library.h>

#include <algorithm>
#include <tuple>

#include "capability.h"
#include "register.h"

namespace fabric::half {
namespace {

using at::Tensor;

/// Entries of the largest of query, key and value that are held in float32 at a time: 16 MiB of each.
constexpr int64_t kSlice = 4 << 20;

bool ours(const Tensor& query, const Tensor& key, const Tensor& value) {
  const c10::ScalarType dtype = query.scalar_type();
  return takes(dtype) && key.scalar_type() == dtype && value.scalar_type() == dtype && query.dim() == 4 && key.dim() == 4 && value.dim() == 4 && query.numel() > 0 &&
         key.numel() > 0 && value.numel() > 0 && key.size(0) == query.size(0) && value.size(0) == query.size(0);
}

/// Samples at a time.
int64_t samplesOf(const Tensor& query, const Tensor& key) {
  const int64_t batch = query.size(0);
  return std::clamp<int64_t>(kSlice / std::max<int64_t>(1, std::max(query.numel(), key.numel()) / batch), 1, batch);
}

Tensor wide(const Tensor& t, int64_t from, int64_t size) { return t.narrow(0, from, size).to(at::kFloat); }

/// The part of a mask that belongs to some samples; one mask for all stays whole.
std::optional<Tensor> wideMask(const std::optional<Tensor>& mask, int64_t from, int64_t size) {
  if (!mask.has_value() || !mask->defined()) return mask;
  const Tensor part = mask->dim() == 4 && mask->size(0) != 1 ? mask->narrow(0, from, size) : *mask;
  return part.scalar_type() == at::kBool ? part : part.to(at::kFloat);
}

std::tuple<Tensor, Tensor> attention(const Tensor& query, const Tensor& key, const Tensor& value, double dropout, bool isCausal, const std::optional<Tensor>& mask,
                                     std::optional<double> scale) {
  // libtorch's forward pass in bfloat16 already multiplies in float32, and is a fifth faster than widening all of its inputs.
  if (!ours(query, key, value) || query.scalar_type() == c10::kBFloat16) return at::native::_scaled_dot_product_flash_attention_cpu(query, key, value, dropout, isCausal, mask, scale);
  const c10::ScalarType dtype = query.scalar_type();
  const int64_t batch = query.size(0), size = samplesOf(query, key);
  Tensor out, logsumexp;
  for (int64_t i = 0; i < batch; i += size) {
    const int64_t n = std::min(size, batch - i);
    auto [y, l] = at::native::_scaled_dot_product_flash_attention_cpu(wide(query, i, n), wide(key, i, n), wide(value, i, n), dropout, isCausal, wideMask(mask, i, n), scale);
    if (n == batch) return {y.to(dtype), l};
    if (!out.defined()) {
      // Same layout as libtorch's: [B, L, H, E] in memory.
      out = at::empty({batch, y.size(2), y.size(1), y.size(3)}, query.options()).transpose(1, 2);
      logsumexp = at::empty({batch, l.size(1), l.size(2)}, l.options());
    }
    out.narrow(0, i, n).copy_(y);
    logsumexp.narrow(0, i, n).copy_(l);
  }
  return {out, logsumexp};
}

std::tuple<Tensor, Tensor, Tensor> attentionBackward(const Tensor& gradOut, const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& out,
                                                     const Tensor& logsumexp, double dropout, bool isCausal, const std::optional<Tensor>& mask, std::optional<double> scale) {
  if (!ours(query, key, value) || gradOut.scalar_type() != query.scalar_type())
    return at::native::_scaled_dot_product_flash_attention_cpu_backward(gradOut, query, key, value, out, logsumexp, dropout, isCausal, mask, scale);
  const c10::ScalarType dtype = query.scalar_type();
  const int64_t batch = query.size(0), size = samplesOf(query, key);
  Tensor grads[3];
  for (int64_t i = 0; i < batch; i += size) {
    const int64_t n = std::min(size, batch - i);
    auto [q, k, v] = at::native::_scaled_dot_product_flash_attention_cpu_backward(wide(gradOut, i, n), wide(query, i, n), wide(key, i, n), wide(value, i, n), wide(out, i, n),
                                                                                  logsumexp.narrow(0, i, n), dropout, isCausal, wideMask(mask, i, n), scale);
    const Tensor parts[3] = {q, k, v};
    for (int j = 0; j < 3; ++j) {
      if (n == batch) {
        grads[j] = parts[j].to(dtype);
        continue;
      }
      if (!grads[j].defined()) {
        const Tensor& like = j == 0 ? query : j == 1 ? key : value;
        grads[j] = at::empty({batch, like.size(2), like.size(1), like.size(3)}, like.options()).transpose(1, 2);
      }
      grads[j].narrow(0, i, n).copy_(parts[j]);
    }
  }
  return {grads[0], grads[1], grads[2]};
}

}  // namespace

void registerAttention(torch::Library& aten) {
  aten.impl("_scaled_dot_product_flash_attention_for_cpu", TORCH_FN(attention));
  aten.impl("_scaled_dot_product_flash_attention_for_cpu_backward", TORCH_FN(attentionBackward));
}

}  // namespace fabric::half
