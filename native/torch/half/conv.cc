// Convolutions of 16-bit CPU tensors, forward and backward: widened a slice of the batch at a time, convolved by libtorch in float32,
// rounded once. The backward pass of weights sums the slices in float32.
#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/convolution_backward_native.h>
#include <ATen/ops/convolution_native.h>
#include <torch/library.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "capability.h"
#include "register.h"

namespace fabric::half {
namespace {

using at::IntArrayRef;
using at::Tensor;

/// Entries of the input, or of the output, that are held in float32 at a time: 32 MiB of each.
constexpr int64_t kSlice = 8 << 20;

bool ours(const Tensor& input, const Tensor& weight) {
  return takes(input.scalar_type()) && weight.scalar_type() == input.scalar_type() && input.device().is_cpu() && weight.device().is_cpu() &&
         input.layout() == at::kStrided && weight.layout() == at::kStrided && input.dim() == weight.dim() && input.dim() >= 3 && input.numel() > 0 && weight.numel() > 0;
}

/// How many samples to take at a time, `widest` being the larger of a sample's input and output.
int64_t samplesOf(int64_t batch, int64_t widest) { return std::clamp<int64_t>(kSlice / std::max<int64_t>(1, widest), 1, batch); }

/// Entries of one sample's output; 0 or less for shapes that libtorch refuses.
int64_t outputOf(const Tensor& input, const Tensor& weight, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool transposed, IntArrayRef outputPadding, int64_t groups) {
  int64_t entries = transposed ? weight.size(1) * groups : weight.size(0);
  for (int64_t d = 2; d < input.dim(); ++d) {
    // One number may stand for all sides.
    const auto at = [&](IntArrayRef list) { return list.empty() ? 0 : list[list.size() == 1 ? 0 : static_cast<size_t>(d - 2)]; };
    const int64_t reach = at(dilation) * (weight.size(d) - 1), step = std::max<int64_t>(1, at(stride));
    entries *= transposed ? (input.size(d) - 1) * step - 2 * at(padding) + reach + at(outputPadding) + 1 : (input.size(d) + 2 * at(padding) - reach - 1) / step + 1;
  }
  return entries;
}

Tensor convolution(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation,
                   bool transposed, IntArrayRef outputPadding, int64_t groups) {
  const bool hasBias = bias.has_value() && bias->defined();
  if (!ours(input, weight) || (hasBias && bias->scalar_type() != input.scalar_type()))
    return at::native::convolution(input, weight, bias, stride, padding, dilation, transposed, outputPadding, groups);
  const c10::ScalarType dtype = input.scalar_type();
  const Tensor wideWeight = weight.to(at::kFloat);
  const std::optional<Tensor> wideBias = hasBias ? std::optional<Tensor>(bias->to(at::kFloat)) : std::nullopt;
  const auto slice = [&](int64_t from, int64_t size) {
    return at::native::convolution(input.narrow(0, from, size).to(at::kFloat), wideWeight, wideBias, stride, padding, dilation, transposed, outputPadding, groups);
  };
  const int64_t batch = input.size(0);
  const int64_t entries = outputOf(input, weight, stride, padding, dilation, transposed, outputPadding, groups);
  const int64_t size = samplesOf(batch, std::max(input.numel() / batch, entries));
  if (size == batch) return slice(0, batch).to(dtype);
  Tensor out;
  for (int64_t i = 0; i < batch; i += size) {
    const int64_t n = std::min(size, batch - i);
    const Tensor part = slice(i, n);
    if (!out.defined()) {
      std::vector<int64_t> sizes = part.sizes().vec();
      sizes[0] = batch;
      out = at::empty(sizes, input.options().memory_format(part.suggest_memory_format()));
    }
    out.narrow(0, i, n).copy_(part);
  }
  return out;
}

std::tuple<Tensor, Tensor, Tensor> convolutionBackward(const Tensor& gradOutput, const Tensor& input, const Tensor& weight, at::OptionalIntArrayRef biasSizes, IntArrayRef stride,
                                                       IntArrayRef padding, IntArrayRef dilation, bool transposed, IntArrayRef outputPadding, int64_t groups,
                                                       std::array<bool, 3> mask) {
  if (!ours(input, weight) || gradOutput.scalar_type() != input.scalar_type() || gradOutput.layout() != at::kStrided || gradOutput.numel() == 0)
    return at::native::convolution_backward(gradOutput, input, weight, biasSizes, stride, padding, dilation, transposed, outputPadding, groups, mask);
  const c10::ScalarType dtype = input.scalar_type();
  const Tensor wideWeight = weight.to(at::kFloat);
  const int64_t batch = input.size(0);
  const int64_t size = samplesOf(batch, std::max(input.numel(), gradOutput.numel()) / batch);
  Tensor gradInput, gradWeight, gradBias;
  for (int64_t i = 0; i < batch; i += size) {
    const int64_t n = std::min(size, batch - i);
    auto [x, w, b] = at::native::convolution_backward(gradOutput.narrow(0, i, n).to(at::kFloat), input.narrow(0, i, n).to(at::kFloat), wideWeight, biasSizes, stride, padding,
                                                      dilation, transposed, outputPadding, groups, mask);
    if (mask[0]) {
      if (n == batch) {
        gradInput = x.to(dtype);
      } else {
        if (!gradInput.defined()) gradInput = at::empty(input.sizes(), input.options().memory_format(x.suggest_memory_format()));
        gradInput.narrow(0, i, n).copy_(x);
      }
    }
    if (mask[1]) gradWeight = gradWeight.defined() ? gradWeight.add_(w) : w;
    if (mask[2]) gradBias = gradBias.defined() ? gradBias.add_(b) : b;
  }
  const auto narrowed = [&](const Tensor& t) { return t.defined() ? t.to(dtype) : t; };
  return {gradInput, narrowed(gradWeight), narrowed(gradBias)};
}

}  // namespace

void registerConv(torch::Library& aten) {
  aten.impl("convolution", TORCH_FN(convolution));
  aten.impl("convolution_backward", TORCH_FN(convolutionBackward));
}

}  // namespace fabric::half
