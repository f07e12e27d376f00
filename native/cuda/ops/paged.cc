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
  bool outgrows = false;
  check(fabric_cuda_managed_allocate(static_cast<int64_t>(bytes), &data, &outgrows), "zeros_paged");
  if (!outgrows)
    TORCH_WARN_ONCE("zeros_paged: ", like.device(), " cannot use more managed memory than it holds, as under WSL 2 and some virtual GPUs; paged state makes no room here.");
  const Tensor made = at::for_blob(data, size).deleter([](void* gone) { fabric_cuda_managed_free(gone); }).options(options).target_device(like.device()).make_tensor();
  return made.zero_();
}

void prefetchPaged(const Tensor& like, at::TensorList tensors) {
  const OnDevice device(like);
  std::vector<const void*> data;
  std::vector<int64_t> bytes;
  for (const Tensor& t : tensors) {
    checkOneDevice(like, t);
    data.push_back(t.const_data_ptr());
    bytes.push_back(static_cast<int64_t>(t.nbytes()));
  }
  const int status = fabric_cuda_prefetch(data.data(), bytes.data(), static_cast<int64_t>(data.size()), device.stream());
  // A step need not end for it: what is not moved ahead is moved when it is reached.
  if (status != 0) TORCH_WARN_ONCE("prefetch_paged: CUDA error: ", fabric_cuda_error(status), "; paged state is moved when a step reaches it.");
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("zeros_paged", &zerosPaged);
  m.impl("prefetch_paged", &prefetchPaged);
}

}  // namespace fabric::cuda
