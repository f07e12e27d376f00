// Fused pieces of a training step: our operators in the dispatcher, and half optimizer steps in place of libtorch's.
#pragma once

#include <torch/library.h>

namespace fabric::fused {

/// Defines the operators of namespace `fabric`, and replaces kernels of `aten` on the CPU. Once a process.
void install(torch::Library& aten);

void registerOptimizers(torch::Library& aten);

}  // namespace fabric::fused
