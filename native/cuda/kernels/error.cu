// The words for a code that an entry point returned.
#include "device.h"

extern "C" __attribute__((visibility("default"))) const char* fabric_cuda_error(int code) { return cudaGetErrorString(static_cast<cudaError_t>(code)); }
