#include "rows.h"

#include <cstdlib>
#include <cstring>

namespace fabric::half {

inline namespace DEFAULT {
const Rows& rows(c10::ScalarType dtype);
}
#ifdef FABRIC_HAS_AVX2
namespace AVX2 {
const Rows& rows(c10::ScalarType dtype);
}
#endif

namespace {

bool useAvx2() {
#ifdef FABRIC_HAS_AVX2
  // libtorch's own switch holds us back as well.
  const char* cap = std::getenv("ATEN_CPU_CAPABILITY");
  if (cap != nullptr && std::strcmp(cap, "default") == 0) return false;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
#else
  return false;
#endif
}

}  // namespace

const Rows& rowsOf(c10::ScalarType dtype) {
#ifdef FABRIC_HAS_AVX2
  static const bool avx2 = useAvx2();
  if (avx2) return AVX2::rows(dtype);
#endif
  return DEFAULT::rows(dtype);
}

}  // namespace fabric::half
