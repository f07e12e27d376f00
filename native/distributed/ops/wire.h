// Tensors as a backend takes them: contiguous, flat, of a dtype that it knows.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <torch/csrc/distributed/c10d/Types.hpp>

namespace fabric::distributed {

using ReduceOp = c10d::ReduceOp::RedOpType;

/// "sum", "avg", ... @throws c10::Error for any other word.
ReduceOp reduceOpOf(const std::string& name);

/// The elements of `t` in C order, flat: `t`'s own memory where that is how it lies, else a copy. Dtypes that only the bytes of matter are bytes.
at::Tensor bytesToSend(const at::Tensor& t);

/// Memory to receive what `bytesToSend` sends.
struct Target {
  at::Tensor wire;
  std::function<void()> after;  // empty when `wire` is the tensor's own memory
};
Target bytesToFill(const at::Tensor& t);

/// Elements to reduce in place with those of other ranks; `after` turns the result back, and divides a mean by `size`.
struct Reduction {
  at::Tensor wire;
  ReduceOp op;
  std::function<void()> after;
};
/// @throws c10::Error also for what NCCL does not reduce on the way.
Reduction reductionOf(const at::Tensor& t, ReduceOp op, int size);

/// Whether NCCL reduces these elements as they are.
bool hasNativeReduction(const at::Tensor& t, ReduceOp op);

/// What `parts`, of shape (ranks, elements), reduce to over the ranks. 16-bit floats are accumulated in float32.
at::Tensor reduceParts(const at::Tensor& parts, ReduceOp op);

/// @throws c10::Error for a reduction that the dtype does not have.
void requireReducible(const at::Tensor& t, ReduceOp op);

/// Tells autograd that a tensor's values changed.
void changed(const at::Tensor& t);

}  // namespace fabric::distributed
