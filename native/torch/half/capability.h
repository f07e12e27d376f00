// Which 16-bit formats this CPU computes in, and for which of them this library takes over from libtorch.
#pragma once

#include <c10/core/ScalarType.h>

namespace fabric::half {

/// Who computes with a 16-bit format on the CPU: libtorch's own kernels, or ours that widen to float32 in tiles.
enum class Route { kNative, kFloat32 };

/// By hardware, unless FABRIC_HALF_CPU=native|float32 decides for both formats. Fixed at load.
Route routeOf(c10::ScalarType dtype);

/// True for the 16-bit formats that are ours to compute here.
inline bool takes(c10::ScalarType dtype) {
  return (dtype == c10::kBFloat16 || dtype == c10::kHalf) && routeOf(dtype) == Route::kFloat32;
}

/// Replaces libtorch's CPU kernels where a route is kFloat32, and registers the fused pieces; the first call in a process does it.
void install();

}  // namespace fabric::half
