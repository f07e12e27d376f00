// What libtorch's CUDA allocator holds.
#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>

#include "cuda.h"
#include "fabric/memory.h"

namespace fabric {

namespace cuda {
namespace {

using Stats = c10::CachingDeviceAllocator::DeviceStats;

/// Null until the device is in use: asking for memory nobody has is no reason to start it.
c10::DeviceAllocator* allocatorInUse() {
  if (!at::globalContext().hasCUDA()) return nullptr;
  auto* allocator = dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(c10::DeviceType::CUDA));
  return allocator != nullptr && allocator->initialized() ? allocator : nullptr;
}

c10::DeviceAllocator& allocator() {
  guard();
  auto* own = allocatorInUse();
  TORCH_CHECK(own != nullptr, "libtorch's CUDA allocator gives no account of its memory");
  return *own;
}

void setNumber(EnvState& s, napi_value out, const std::string& name, int64_t value) { napi_set_named_property(s.env, out, name.c_str(), intValue(s, value)); }

template <typename Stat>
void setStat(EnvState& s, napi_value out, const std::string& name, const Stat& stat) {
  setNumber(s, out, name + ".current", stat.current);
  setNumber(s, out, name + ".peak", stat.peak);
  setNumber(s, out, name + ".allocated", stat.allocated);
  setNumber(s, out, name + ".freed", stat.freed);
}

template <typename StatArray>
void setStats(EnvState& s, napi_value out, const std::string& name, const StatArray& stats) {
  static constexpr const char* kPools[] = {"all", "small_pool", "large_pool"};
  for (size_t i = 0; i < std::size(kPools); ++i) setStat(s, out, name + "." + kPools[i], stats[i]);
}

/// cudaMemoryStats(index): an object with PyTorch's names; empty while the device is not in use.
napi_value memoryStats(EnvState& s, const Args& a) {
  const auto device = deviceOf(s, a[0]);
  napi_value out = nullptr;
  napi_create_object(s.env, &out);
  auto* own = allocatorInUse();
  if (own == nullptr) return out;
  const Stats stats = own->getDeviceStats(device.index());
  setStats(s, out, "allocation", stats.allocation);
  setStats(s, out, "segment", stats.segment);
  setStats(s, out, "active", stats.active);
  setStats(s, out, "inactive_split", stats.inactive_split);
  setStats(s, out, "allocated_bytes", stats.allocated_bytes);
  setStats(s, out, "reserved_bytes", stats.reserved_bytes);
  setStats(s, out, "active_bytes", stats.active_bytes);
  setStats(s, out, "inactive_split_bytes", stats.inactive_split_bytes);
  setStats(s, out, "requested_bytes", stats.requested_bytes);
  setStat(s, out, "oversize_allocations", stats.oversize_allocations);
  setStat(s, out, "oversize_segments", stats.oversize_segments);
  setNumber(s, out, "num_alloc_retries", stats.num_alloc_retries);
  setNumber(s, out, "num_ooms", stats.num_ooms);
  setNumber(s, out, "num_sync_all_streams", stats.num_sync_all_streams);
  setNumber(s, out, "num_device_alloc", stats.num_device_alloc);
  setNumber(s, out, "num_device_free", stats.num_device_free);
  setNumber(s, out, "max_split_size", stats.max_split_size);
  return out;
}

/// Free and total bytes of a device; libtorch tells them without CUDA's headers from some release on.
template <typename Allocator>
std::pair<size_t, size_t> freeAndTotal(Allocator& own, c10::DeviceIndex index) {
  if constexpr (requires { own.getMemoryInfo(index); }) {
    return own.getMemoryInfo(index);
  } else {
    throw CodedError("FABRIC_UNSUPPORTED_LIBTORCH", "this libtorch does not tell the free memory of a device; use one of version 2.11 or newer");
  }
}

napi_value memGetInfo(EnvState& s, const Args& a) {
  const auto device = deviceOf(s, a[0]);
  const auto [free, total] = freeAndTotal(allocator(), device.index());
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, 2, &out);
  napi_set_element(s.env, out, 0, intValue(s, static_cast<int64_t>(free)));
  napi_set_element(s.env, out, 1, intValue(s, static_cast<int64_t>(total)));
  return out;
}

napi_value resetPeak(EnvState& s, const Args& a) {
  const auto device = deviceOf(s, a[0]);
  allocator().resetPeakStats(device.index());
  return undefinedValue(s);
}

napi_value resetAccumulated(EnvState& s, const Args& a) {
  const auto device = deviceOf(s, a[0]);
  allocator().resetAccumulatedStats(device.index());
  return undefinedValue(s);
}

napi_value emptyCache(EnvState& s, const Args&) {
  if (auto* own = allocatorInUse()) own->emptyCache();
  return undefinedValue(s);
}

}  // namespace

void registerMemory(napi_env env, napi_value exports) {
  add(env, exports, "cudaMemoryStats", entry<memoryStats>);
  add(env, exports, "cudaMemGetInfo", entry<memGetInfo>);
  add(env, exports, "cudaResetPeak", entry<resetPeak>);
  add(env, exports, "cudaResetAccumulated", entry<resetAccumulated>);
  add(env, exports, "cudaEmptyCache", entry<emptyCache>);
}

}  // namespace cuda

int64_t cudaBytes(uint64_t devices) {
  auto* own = cuda::allocatorInUse();
  if (own == nullptr) return 0;
  int64_t total = 0;
  for (c10::DeviceIndex i = 0; devices != 0; ++i, devices >>= 1)
    if ((devices & 1) != 0) total += own->getDeviceStats(i).allocated_bytes[0].current;  // 0: small and large blocks together
  return total;
}

}  // namespace fabric
