// What the entries under torch.cuda share. Everything but graphs goes through c10's device-independent interface: no CUDA header is needed.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <memory>
#include <string>

#include "fabric/entry.h"

namespace fabric::cuda {

/// Whether libtorch is a CUDA build, with or without a device.
bool isBuilt();

/// Why no CUDA device can be used; empty where one can.
std::string whyUnavailable();

/// libtorch's own device and stream functions, initialised. @throws CodedError FABRIC_MISSING_DEVICE where no device can be used.
c10::impl::VirtualGuardImpl guard();

/// The CUDA device in an argument, below the number of devices. @throws CodedError FABRIC_MISSING_DEVICE
c10::Device deviceOf(EnvState& s, napi_value index);

/// A stream travels as its device's index and its id.
c10::Stream streamOf(EnvState& s, napi_value index, napi_value id);
napi_value streamValue(EnvState& s, const c10::Stream& stream);

/// Destroys an event or a graph that the collector has freed: now, or, as that is no legal call while a graph is recorded, afterwards.
void destroyWhenAllowed(std::shared_ptr<void> thing);
/// Told as recordings begin and end.
void recordingBegan();
void recordingEnded();

void registerDevice(napi_env env, napi_value exports);
void registerStreams(napi_env env, napi_value exports);
void registerMemory(napi_env env, napi_value exports);
void registerGraphs(napi_env env, napi_value exports);

}  // namespace fabric::cuda
