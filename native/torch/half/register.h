// What each file of half kernels puts in place of libtorch's.
#pragma once

#include <torch/library.h>

namespace fabric::half {

void registerMatmul(torch::Library& aten);

}  // namespace fabric::half
