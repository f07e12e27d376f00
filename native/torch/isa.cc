#include "fabric/isa.h"

#include <cstdlib>
#include <cstring>

namespace fabric {

bool useAvx2() {
#ifdef FABRIC_HAS_AVX2
  static const bool has = [] {
    const char* cap = std::getenv("ATEN_CPU_CAPABILITY");
    if (cap != nullptr && std::strcmp(cap, "default") == 0) return false;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  }();
  return has;
#else
  return false;
#endif
}

}  // namespace fabric
