#include "capability.h"

#include <cstdlib>
#include <cstring>
#include <string>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace fabric::half {
namespace {

struct Units {
  bool bfloat16 = false;
  bool float16 = false;
};

/// What oneDNN may use when ONEDNN_MAX_CPU_ISA (or its older name) holds it back: libtorch's half kernels then lack the units as well.
Units allowed() {
  const char* cap = std::getenv("ONEDNN_MAX_CPU_ISA");
  if (cap == nullptr) cap = std::getenv("DNNL_MAX_CPU_ISA");
  if (cap == nullptr) return {true, true};
  std::string isa(cap);
  for (char& c : isa) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto has = [&](const char* part) { return isa.find(part) != std::string::npos; };
  const bool fp16 = has("DEFAULT") || has("ALL") || has("AMX") || has("AVX10") || has("FP16");
  return {fp16 || has("BF16"), fp16};
}

Units hardware() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512f")) return {};
  unsigned a = 0, b = 0, c = 0, d = 0;
  unsigned a1 = 0, b1 = 0, c1 = 0, d1 = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return {};
  if (a >= 1) __get_cpuid_count(7, 1, &a1, &b1, &c1, &d1);
  const bool amxBf16 = ((d >> 22) & 1) != 0, avx512Fp16 = ((d >> 23) & 1) != 0;
  const bool avx512Bf16 = ((a1 >> 5) & 1) != 0, amxFp16 = ((a1 >> 21) & 1) != 0;
  return {avx512Bf16 || amxBf16, avx512Fp16 || amxFp16};
#else
  // Elsewhere (ARM) libtorch has its own half kernels, which were not measured against ours.
  return {true, true};
#endif
}

struct Routes {
  Route bfloat16;
  Route float16;
};

const Routes& routes() {
  static const Routes decided = [] {
    if (const char* asked = std::getenv("FABRIC_HALF_CPU")) {
      if (std::strcmp(asked, "native") == 0) return Routes{Route::kNative, Route::kNative};
      if (std::strcmp(asked, "float32") == 0) return Routes{Route::kFloat32, Route::kFloat32};
    }
    const Units has = hardware(), may = allowed();
    return Routes{has.bfloat16 && may.bfloat16 ? Route::kNative : Route::kFloat32, has.float16 && may.float16 ? Route::kNative : Route::kFloat32};
  }();
  return decided;
}

}  // namespace

Route routeOf(c10::ScalarType dtype) { return dtype == c10::kHalf ? routes().float16 : routes().bfloat16; }

}  // namespace fabric::half
