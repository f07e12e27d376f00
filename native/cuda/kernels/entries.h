// The entry points' common part; each family declares its own in entries_FAMILY.h. All work is queued on `stream`, a cudaStream_t, and nothing
// waits for the device. `element` is an Element, `code` a Code4. Each returns 0 or the code of a CUDA error.
#pragma once

#include <cstdint>

extern "C" const char* fabric_cuda_error(int code);
