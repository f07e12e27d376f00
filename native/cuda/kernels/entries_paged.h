// Entry points for managed memory.
#pragma once

#include "entries.h"

extern "C" {

/// `bytes` that host and device both reach; their pages move to where they are used. Not on a stream, and not filled.
int fabric_cuda_managed_allocate(int64_t bytes, void** data);
/// Waits for the device.
int fabric_cuda_managed_free(void* data);
/// Moves `count` pieces of managed memory to the current device, beside the work of `stream` and not before what is queued there. A hint: nothing
/// has to wait for it, and nothing is done for other memory, where the driver moves all pages itself, or while a graph is recorded.
int fabric_cuda_prefetch(const void* const* data, const int64_t* bytes, int64_t count, void* stream);
}
