// fabric::copy_stochastic_ on CUDA: libtorch's generator fills the random bits, so that seeds and captured graphs work as for its own operators,
// and one pass rounds. Other random numbers than on the CPU, of the same distribution.
#include <ATen/core/LegacyTypeDispatch.h>

#include <limits>

#include "../kernels/entries_optim.h"
#include "common.h"

namespace fabric::cuda {
namespace {

/// `bytes` random bytes.
Tensor randomBytes(int64_t bytes, const Tensor& like, const std::optional<at::Generator>& generator) {
  const int64_t least = std::numeric_limits<int32_t>::min(), above = -least;
  return at::empty({ceilDiv(bytes, 4)}, like.options().dtype(c10::kInt)).random_(least, above, generator);
}

Tensor& copyStochastic(Tensor& self, const Tensor& src, std::optional<at::Generator> generator) {
  TORCH_CHECK(self.scalar_type() == c10::kBFloat16 || self.scalar_type() == c10::kHalf, "copy_stochastic_: expected a bfloat16 or float16 `self` but received ", self.scalar_type());
  TORCH_CHECK(src.scalar_type() == c10::kFloat, "copy_stochastic_: expected a float32 `src` but received ", src.scalar_type());
  TORCH_CHECK(self.sizes() == src.sizes(), "copy_stochastic_: `self` has the shape ", self.sizes(), " and `src` ", src.sizes(), "; they must be the same");
  TORCH_CHECK(self.device() == src.device(), "copy_stochastic_: `self` is on ", self.device(), " and `src` on ", src.device());
  const at::AutoDispatchBelowADInplaceOrView below;
  const OnDevice device(self);
  const Tensor from = aligned(src), random = randomBytes(from.numel() * (self.scalar_type() == c10::kHalf ? 4 : 2), self, generator);
  const bool isDirect = self.is_contiguous() && reinterpret_cast<uintptr_t>(self.const_data_ptr()) % 16 == 0;
  Tensor to = isDirect ? self : at::empty(self.sizes(), self.options().memory_format(c10::MemoryFormat::Contiguous));
  check(fabric_cuda_round_stochastic(static_cast<int>(elementOf(self.scalar_type())), from.const_data_ptr<float>(), random.const_data_ptr(), from.numel(),
                                     to.mutable_data_ptr(), device.stream()),
        "copy_stochastic_");
  if (!isDirect) self.copy_(to);
  return self;
}

}  // namespace

FABRIC_CUDA_IMPL(m) { m.impl("copy_stochastic_", &copyStochastic); }

}  // namespace fabric::cuda
