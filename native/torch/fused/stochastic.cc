// fabric::copy_stochastic_: rounds float32 to 16 bits up or down with probability by distance, so that the mean of many roundings is the number.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/PhiloxRNGEngine.h>
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <bit>
#include <cmath>
#include <mutex>

#include "fused.h"

namespace fabric::fused {
namespace {

using at::Tensor;

/// Numbers that share one stream of the random engine: the result does not depend on the number of threads.
constexpr int64_t kStream = 4096;

void check(const Tensor& self, const Tensor& src) {
  TORCH_CHECK(self.scalar_type() == c10::kBFloat16 || self.scalar_type() == c10::kHalf, "copy_stochastic_: expected a bfloat16 or float16 `self` but received ", self.scalar_type());
  TORCH_CHECK(src.scalar_type() == c10::kFloat, "copy_stochastic_: expected a float32 `src` but received ", src.scalar_type());
  TORCH_CHECK(self.sizes() == src.sizes(), "copy_stochastic_: `self` has the shape ", self.sizes(), " and `src` ", src.sizes(), "; they must be the same");
  TORCH_CHECK(self.device() == src.device(), "copy_stochastic_: `self` is on ", self.device(), " and `src` on ", src.device());
}

/// Adds 16 random bits below the 16 that stay, and cuts them off (Gupta et al. 2015). inf and nan pass.
c10::BFloat16 toBFloat16(float x, uint32_t random) {
  if (!std::isfinite(x)) return static_cast<c10::BFloat16>(x);
  return c10::BFloat16(static_cast<uint16_t>((std::bit_cast<uint32_t>(x) + (random & 0xffff)) >> 16), c10::BFloat16::from_bits());
}

/// As above with the 13 bits that float16 lacks; below its normal numbers, whose distance is 2^-24, by comparing. Above 65504 as rounding to
/// nearest does.
c10::Half toHalf(float x, uint32_t random) {
  const float a = std::abs(x);
  if (!(a < 65504.f)) return static_cast<c10::Half>(x);
  if (a >= 0x1p-14f) return static_cast<c10::Half>(std::bit_cast<float>((std::bit_cast<uint32_t>(x) + (random & 0x1fff)) & ~0x1fffu));
  const float unit = 0x1p-24f, low = std::floor(a / unit);
  const float part = a / unit - low, draw = static_cast<float>(random >> 8) * 0x1p-24f;
  return static_cast<c10::Half>(std::copysign((low + (draw < part ? 1.f : 0.f)) * unit, x));
}

uint64_t seedFrom(std::optional<at::Generator> given) {
  auto* generator = at::get_generator_or_default<at::CPUGeneratorImpl>(given, at::detail::getDefaultCPUGenerator());
  std::lock_guard<std::mutex> lock(generator->mutex_);
  return generator->random64();
}

Tensor& copyOnCpu(Tensor& self, const Tensor& src, std::optional<at::Generator> generator) {
  check(self, src);
  const uint64_t seed = seedFrom(generator);
  const Tensor from = src.contiguous(), to = self.is_contiguous() ? self : at::empty(self.sizes(), self.options());
  const float* data = from.const_data_ptr<float>();
  const bool isHalf = self.scalar_type() == c10::kHalf;
  const int64_t n = from.numel();
  at::parallel_for(0, at::divup(n, kStream), 4, [&](int64_t begin, int64_t end) {
    for (int64_t s = begin; s < end; ++s) {
      at::Philox4_32 random(seed, static_cast<uint64_t>(s));
      const int64_t last = std::min(n, (s + 1) * kStream);
      if (isHalf) {
        auto* out = static_cast<c10::Half*>(to.data_ptr());
        for (int64_t i = s * kStream; i < last; ++i) out[i] = toHalf(data[i], random());
      } else {
        auto* out = static_cast<c10::BFloat16*>(to.data_ptr());
        for (int64_t i = s * kStream; i < last; i += 2) {
          const uint32_t bits = random();
          out[i] = toBFloat16(data[i], bits);
          if (i + 1 < last) out[i + 1] = toBFloat16(data[i + 1], bits >> 16);
        }
      }
    }
  });
  if (!to.is_same(self)) self.copy_(to);
  return self;
}

/// By libtorch's operators, for bfloat16 on other devices.
Tensor& copyComposite(Tensor& self, const Tensor& src, std::optional<at::Generator> generator) {
  check(self, src);
  TORCH_CHECK_NOT_IMPLEMENTED(self.scalar_type() == c10::kBFloat16, "copy_stochastic_: float16 is rounded stochastically on the CPU only");
  at::NoGradGuard noGrad;
  const Tensor random = at::empty(src.sizes(), src.options().dtype(at::kInt)).random_(0, 65536, generator);
  const Tensor rounded = src.view(at::kInt).add(random).bitwise_and_(static_cast<int64_t>(-65536)).view(at::kFloat);
  return self.copy_(at::where(src.isfinite(), rounded, src));
}

}  // namespace

void defineStochastic(torch::Library& fabric) {
  fabric.def("copy_stochastic_(Tensor(a!) self, Tensor src, *, Generator? generator=None) -> Tensor(a!)");
  fabric.impl("copy_stochastic_", c10::DispatchKey::CompositeExplicitAutograd, TORCH_FN(copyComposite));
}
void implementStochasticOnCpu(torch::Library& fabric) { fabric.impl("copy_stochastic_", TORCH_FN(copyOnCpu)); }

}  // namespace fabric::fused
