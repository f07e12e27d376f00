// The few functions of the CUDA driver that libtorch has no device-independent form of. Its C interface is stable.
#pragma once

#include <cstdint>
#include <string>

namespace fabric::cuda {

/// One attribute of a device, by its number in CUdevice_attribute.
int driverAttribute(int attribute, int64_t index);
std::string driverDeviceName(int64_t index);
uint64_t driverTotalMemory(int64_t index);

/// Why the driver offers no device; empty if it does.
std::string driverProblem();
/// The CUDA version that the driver supports at most, as 1000 * major + 10 * minor; 0 without a driver.
int driverVersion();

}  // namespace fabric::cuda
