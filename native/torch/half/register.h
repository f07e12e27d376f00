// What each file of half kernels puts in place of libtorch's.
#pragma once

#include <torch/library.h>

namespace fabric::half {

void registerAttention(torch::Library& aten);
void registerConv(torch::Library& aten);
void registerMatmul(torch::Library& aten);
/// Under autocast's key.
void registerRecurrent(torch::Library& autocast);

}  // namespace fabric::half
