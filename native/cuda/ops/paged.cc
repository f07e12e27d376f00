// fabric::zeros_paged and fabric::prefetch_paged on CUDA.
#include "../kernels/entries_paged.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/safe_numerics.h>

#include <vector>

#include "common.h"

namespace fabric::cuda {
namespace {

Tensor zerosPaged(const Tensor& like, at::IntArrayRef size, c10::ScalarType dtype) {
  const at::TensorOptions options = like.options().dtype(dtype);
  uint64_t bytes = c10::elementSize(dtype);
  for (const int64_t n : size)
    TORCH_CHECK_VALUE(n >= 0 && !c10::mul_overflows(bytes, static_cast<uint64_t>(n), &bytes), "zeros_paged: expected a size but received ", size);
  const at::AutoDispatchBelowADInplaceOrView below;
  if (bytes == 0) return at::empty(size, options);
  const OnDevice device(like);
  void* data = nullptr;
  check(fabric_cuda_managed_allocate(static_cast<int64_t>(bytes), &data), "zeros_paged");
  const Tensor made = at::for_blob(data, size).deleter([](void* gone) { fabric_cuda_managed_free(gone); }).options(options).target_device(like.device()).make_tensor();
  return made.zero_();
}

void prefetchPaged(at::TensorList tensors) {
  if (tensors.empty()) return;
  const OnDevice device(tensors[0]);
  std::vector<const void*> data;
  std::vector<int64_t> bytes;
  for (const Tensor& t : tensors) {
    checkOneDevice(tensors[0], t);
    data.push_back(t.const_data_ptr());
    bytes.push_back(static_cast<int64_t>(t.nbytes()));
  }
  check(fabric_cuda_prefetch(data.data(), bytes.data(), static_cast<int64_t>(data.size()), device.stream()), "prefetch_paged");
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("zeros_paged", &zerosPaged);
  m.impl("prefetch_paged", &prefetchPaged);
}

}  // namespace fabric::cuda
