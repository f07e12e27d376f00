// Counts every byte that libtorch's CPU allocator hands out, once per storage.
#pragma once

#include <cstdint>

namespace fabric {

/// Puts the counting allocator under libtorch; once per process.
void installAllocator();
int64_t cpuBytes();
int64_t cpuPeakBytes();
void resetCpuPeak();
/// Bytes of tensors on those CUDA devices whose bit is set.
int64_t cudaBytes(uint64_t devices);

}  // namespace fabric
