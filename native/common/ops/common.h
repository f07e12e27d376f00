// What the operators share: element types, checks, and the answer for devices without kernels.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/core/ScalarType.h>
#include <torch/library.h>

#include <cstdint>
#include <optional>

#include "../kernels/element.h"

namespace fabric::FABRIC_LIBRARY {

using at::Tensor;

/// The kernels' name of a dtype. @throws for what is not float32, float16 or bfloat16.
inline Element elementOf(c10::ScalarType dtype) {
  switch (dtype) {
    case c10::kFloat: return Element::Float32;
    case c10::kHalf: return Element::Float16;
    case c10::kBFloat16: return Element::BFloat16;
    default: TORCH_CHECK_TYPE(false, "expected float32, float16, bfloat16 or float64 but received ", dtype);
  }
}

/// @throws unless `t` is a float tensor.
inline void checkFloating(const Tensor& t) {
  TORCH_CHECK_TYPE(c10::isFloatingType(t.scalar_type()), "expected a tensor of float32, float16, bfloat16 or float64 but received ", t.scalar_type());
}

/// @throws unless `t`, if it is there, is on `device`.
inline void checkDevice(c10::Device device, const Tensor& t) {
  TORCH_CHECK(!t.defined() || t.device() == device, "Expected all tensors to be on the same device, but found at least two devices, ", device, " and ", t.device(), "!");
}
inline void checkDevice(c10::Device device, const std::optional<Tensor>& t) {
  if (t.has_value()) checkDevice(device, *t);
}

/// @throws unless all are on one device. A mix with the meta device comes to the meta kernels, whose result would be taken for data.
template <typename... Others>
void checkOneDevice(const Tensor& first, const Others&... others) {
  (checkDevice(first.device(), others), ...);
}

/// `t` as the kernels read it: contiguous, float64 narrowed to float32.
inline Tensor readable(const Tensor& t) {
  checkFloating(t);
  return (t.scalar_type() == c10::kDouble ? t.to(c10::kFloat) : t).contiguous();
}

/// What a kernel writes for results of `dtype`: float64 is computed in float32.
inline c10::ScalarType writable(c10::ScalarType dtype) { return dtype == c10::kDouble ? c10::kFloat : dtype; }

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Registered for every backend; a library with kernels for one takes precedence.
void missingKernel(const c10::OperatorHandle& op, torch::jit::Stack* stack);

/// Gives `name` the answer of a device without kernels.
inline void implMissing(torch::Library& m, const char* name) {
  m.impl(name, torch::dispatch(c10::DispatchKey::CompositeExplicitAutograd, torch::CppFunction::makeFromBoxedFunction<&missingKernel>()));
}

}  // namespace fabric::FABRIC_LIBRARY
