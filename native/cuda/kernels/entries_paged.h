// Entry points for managed memory.
#pragma once

#include "entries.h"

extern "C" {

/// `bytes` that host and device both reach; their pages move to where they are used. Not on a stream, and not filled. `outgrows`: whether the current
/// device lets more be used than it holds.
int fabric_cuda_managed_allocate(int64_t bytes, void** data, bool* outgrows);
/// Waits for the device.
int fabric_cuda_managed_free(void* data);
/// Lets what is queued on `stream` next wait for the pieces of the call before, and moves `count` pieces of managed memory to the current device meanwhile:
/// beside that work, and not before what is queued already. A hint: nothing is done for other memory, where the driver moves all pages itself, or
/// while a graph is recorded.
int fabric_cuda_prefetch(const void* const* data, const int64_t* bytes, int64_t count, void* stream);
}
