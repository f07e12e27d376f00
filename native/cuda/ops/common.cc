#include "common.h"

#include <dlfcn.h>

namespace fabric::cuda {
namespace {

#ifndef FABRIC_EMULATED
/// libtorch's C interface tells the stream without a CUDA header.
void* currentStream(int32_t device) {
  using Ask = int32_t (*)(int32_t, void**);
  static const Ask ask = [] {
    void* library = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_NOLOAD);
    return library == nullptr ? nullptr : reinterpret_cast<Ask>(dlsym(library, "aoti_torch_get_current_cuda_stream"));
  }();
  TORCH_CHECK(ask != nullptr, "the loaded libtorch is not a CUDA build: it does not tell its current CUDA stream");
  void* stream = nullptr;
  TORCH_CHECK(ask(device, &stream) == 0, "libtorch did not tell its current stream on CUDA device ", device);
  return stream;
}
#endif

}  // namespace

OnDevice::OnDevice(const Tensor& t) {
#ifndef FABRIC_EMULATED
  guard_.reset_device(t.device());
  stream_ = currentStream(t.device().index());
#endif
}

Tensor numberOn(const Tensor& like, const std::optional<Tensor>& number, c10::ScalarType dtype) {
  return number.has_value() && number->defined() ? number->to(like.options().dtype(dtype)) : Tensor();
}

Tensor aligned(const Tensor& t) {
  const Tensor dense = (t.scalar_type() == c10::kDouble ? t.to(c10::kFloat) : t).contiguous();
  return reinterpret_cast<uintptr_t>(dense.const_data_ptr()) % 16 == 0 ? dense : dense.clone();
}

}  // namespace fabric::cuda
