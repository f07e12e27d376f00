// The element types that cross the boundary of the kernels.
#pragma once

namespace fabric::FABRIC_LIBRARY {

/// Float64 is narrowed to float32 by the callers.
enum class Element { Float32 = 0, Float16 = 1, BFloat16 = 2 };

}  // namespace fabric::FABRIC_LIBRARY
