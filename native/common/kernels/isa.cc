#include "isa.h"

#include <cstdlib>
#include <cstring>

namespace fabric::FABRIC_LIBRARY {

Isa isa() {
#ifdef FABRIC_X86
  static const Isa best = [] {
    const char* cap = std::getenv(FABRIC_ISA_VARIABLE);
    const auto is = [&](const char* name) { return cap != nullptr && std::strcmp(cap, name) == 0; };
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    if (is("portable") || !avx2) return Isa::Portable;
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return is("avx2") || !avx512 ? Isa::Avx2 : Isa::Avx512;
  }();
  return best;
#else
  return Isa::Portable;
#endif
}

bool hasBf16Products() {
#ifdef FABRIC_X86
  return isa() == Isa::Avx512 && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

}  // namespace fabric::FABRIC_LIBRARY
