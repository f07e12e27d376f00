// What the operators share on their way from tensors to the kernels' entry points.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>

#include "../../common/ops/common.h"
#include "../kernels/entries.h"

// The operators stand under CUDA's key. Compiled for the emulator, the same functions stand beside them under the CPU's, as fabric_emulated::*.
#ifdef FABRIC_EMULATED
#define FABRIC_CUDA_IMPL(m) TORCH_LIBRARY_IMPL(fabric_emulated, CPU, m)
#else
#define FABRIC_CUDA_IMPL(m) TORCH_LIBRARY_IMPL(fabric, CUDA, m)
#endif

namespace fabric::cuda {

/// A name as a template argument.
template <size_t N>
struct Name {
  char text[N];
  constexpr Name(const char (&from)[N]) { std::copy_n(from, N, text); }
};

/// The results of operator `name`, checked and allocated on the device of its arguments but not filled: the operator's Meta kernel does both,
/// since it takes the device from its arguments. Signature: of the C++ function.
template <Name name, typename Signature, typename... Args>
auto outputsOf(Args&&... args) {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow(name.text, "").template typed<Signature>();
  return op.redispatch(c10::DispatchKeySet(c10::DispatchKey::Meta), std::forward<Args>(args)...);
}

/// Makes a tensor's device current, and gives the stream that libtorch uses there at the moment, a cudaStream_t.
class OnDevice {
 public:
  explicit OnDevice(const Tensor& t);
  void* stream() const { return stream_; }

 private:
  c10::OptionalDeviceGuard guard_;
  void* stream_ = nullptr;
};

/// @throws if an entry point returned an error.
inline void check(int status, const char* name) { TORCH_CHECK(status == 0, name, ": CUDA error: ", fabric_cuda_error(status)); }

/// A number on the device of `like`; nothing is moved where it lies there already. Undefined if there is none.
Tensor numberOn(const Tensor& like, const std::optional<Tensor>& number, c10::ScalarType dtype);

/// `t` contiguous with data aligned to 16 bytes, as kernels read it; float64 is narrowed to float32.
Tensor aligned(const Tensor& t);

}  // namespace fabric::cuda
