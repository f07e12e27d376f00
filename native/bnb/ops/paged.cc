// Memory whose pages move between a device and the host, for states of an optimizer that may outgrow the device. On the CPU, whose memory the system
// pages itself, it is memory as any other.
#include <ATen/ops/zeros.h>

#include "../../common/ops/common.h"

namespace fabric::bnb {
namespace {

Tensor zerosPaged(const Tensor& like, at::IntArrayRef size, c10::ScalarType dtype) { return at::zeros(size, like.options().dtype(dtype)); }

void prefetchPaged(const Tensor&, at::TensorList) {}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("zeros_paged(Tensor like, int[] size, ScalarType dtype) -> Tensor");
  m.def("prefetch_paged(Tensor like, Tensor[] tensors) -> ()");
  implMissing(m, "zeros_paged");
  implMissing(m, "prefetch_paged");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("zeros_paged", &zerosPaged);
  m.impl("prefetch_paged", &prefetchPaged);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("zeros_paged", &zerosPaged);
  m.impl("prefetch_paged", &prefetchPaged);
}

}  // namespace fabric::bnb
