// A CPU allocator that adds accounting to libtorch's own: nothing else changes.
#include "fabric/memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>

#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace fabric {
namespace {

std::atomic<int64_t> bytes{0};
std::atomic<int64_t> peak{0};

size_t physicalBytes() {
  static const size_t total = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGE_SIZE));
  return total;
}

void countedFree(void* data) {
  if (data == nullptr) return;
  bytes.fetch_sub(static_cast<int64_t>(malloc_usable_size(data)), std::memory_order_relaxed);
  c10::free_cpu(data);
}

class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t n) override {
    // Overcommit would let this through and end the process at the first write.
    TORCH_CHECK(n <= physicalBytes(), "DefaultCPUAllocator: can't allocate memory: ", n, " bytes asked for, this machine has ", physicalBytes());
    void* data = c10::alloc_cpu(n);
    if (data != nullptr) {
      const int64_t size = static_cast<int64_t>(malloc_usable_size(data));
      const int64_t now = bytes.fetch_add(size, std::memory_order_relaxed) + size;
      int64_t high = peak.load(std::memory_order_relaxed);
      while (now > high && !peak.compare_exchange_weak(high, now, std::memory_order_relaxed)) {
      }
    }
    return {data, data, &countedFree, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &countedFree; }
  void copy_data(void* dest, const void* src, std::size_t count) const override { std::memcpy(dest, src, count); }
};

/// Keeps freed memory in the process: a step frees and asks again for the same tens of megabytes, and glibc's defaults would give
/// them back to the kernel and take a page fault for each 4 KiB. MALLOC_* variables of the user win.
void tuneMalloc() {
#ifdef __GLIBC__
  if (getenv("MALLOC_TRIM_THRESHOLD_") == nullptr && getenv("MALLOC_MMAP_THRESHOLD_") == nullptr && getenv("GLIBC_TUNABLES") == nullptr) {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
  }
#endif
}

}  // namespace

void installAllocator() {
  static const bool installed = [] {
    static CountingAllocator allocator;
    tuneMalloc();
    c10::SetCPUAllocator(&allocator, 1);
    return true;
  }();
  (void)installed;
}

int64_t cpuBytes() { return bytes.load(std::memory_order_relaxed); }
int64_t cpuPeakBytes() { return peak.load(std::memory_order_relaxed); }
void resetCpuPeak() { peak.store(bytes.load(std::memory_order_relaxed), std::memory_order_relaxed); }

}  // namespace fabric
