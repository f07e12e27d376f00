#include "emulator.h"

#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace fabric::emulator {
namespace {

constexpr size_t kStack = 64 * 1024;

/// Threads that wait for one another: a block, or the lanes of a warp.
struct Meeting {
  int arrived = 0;
  uint64_t round = 0;
};

struct Copy {
  void* to;
  const void* from;
  size_t bytes;
};

struct Fiber {
  Thread thread;
  ucontext_t context;
  bool isDone = false;
  std::vector<Copy> copies;
  std::deque<std::vector<Copy>> groups;
};

struct Warp {
  Meeting meeting;
  alignas(16) uint8_t values[32][64];
  unsigned alive = 0;
};

struct Block {
  std::vector<Fiber> fibers;
  std::vector<Warp> warps;
  Meeting meeting;
  int running = 0;
  bool moved = false;
  Fiber* current = nullptr;
  ucontext_t scheduler;
  const std::function<void()>* kernel = nullptr;
  std::string failure;
};

thread_local Block* block = nullptr;
/// Stacks are kept from block to block.
thread_local std::vector<std::unique_ptr<char[]>> stacks;
thread_local std::vector<uint8_t> shared;

/// What a fiber sees of a failed launch: it is unwound, and the launch throws.
struct Abandoned {};

void pause() {
  Fiber* self = block->current;
  swapcontext(&self->context, &block->scheduler);
  if (!block->failure.empty()) throw Abandoned{};
}

[[noreturn]] void fail(const std::string& why) {
  block->failure = why;
  throw Abandoned{};
}

void meet(Meeting& meeting, const std::function<int()>& expected) {
  ++meeting.arrived;
  block->moved = true;
  const uint64_t round = meeting.round;
  while (meeting.round == round) {
    if (meeting.arrived >= expected()) {
      meeting.arrived = 0;
      ++meeting.round;
      block->moved = true;
      return;
    }
    pause();
  }
}

void runFiber() {
  Fiber* self = block->current;
  try {
    (*block->kernel)();
    if (!self->copies.empty() || !self->groups.empty()) fail("a thread ended with copies that it did not wait for");
  } catch (const Abandoned&) {
  }
  self->isDone = true;
  --block->running;
  block->moved = true;
  const int index = static_cast<int>(self - block->fibers.data());
  block->warps[index / 32].alive &= ~(1u << self->thread.lane);
  // Back to the scheduler through uc_link.
}

void prepare(ucontext_t& context, char* stack, ucontext_t* next) {
  getcontext(&context);
  context.uc_stack.ss_sp = stack;
  context.uc_stack.ss_size = kStack;
  context.uc_link = next;
  makecontext(&context, runFiber, 0);
}

bool isReversed() {
  const char* order = std::getenv("FABRIC_EMULATOR_ORDER");
  return order != nullptr && std::string(order) == "reverse";
}

void runBlock(dim3 grid, dim3 size, uint3 at, const std::function<void()>& kernel) {
  const int count = static_cast<int>(size.x * size.y * size.z);
  Block own;
  own.kernel = &kernel;
  own.running = count;
  own.fibers.resize(count);
  own.warps.resize((count + 31) / 32);
  Block* outer = block;
  block = &own;
  while (static_cast<int>(stacks.size()) < count) stacks.push_back(std::make_unique<char[]>(kStack));
  for (int i = 0; i < count; ++i) {
    Fiber& fiber = own.fibers[i];
    fiber.thread = {{i % size.x, i / size.x % size.y, i / (size.x * size.y)}, at, size, grid, i % 32};
    own.warps[i / 32].alive |= 1u << (i % 32);
    prepare(fiber.context, stacks[i].get(), &own.scheduler);
  }
  const bool reversed = isReversed();
  while (own.running > 0) {
    own.moved = false;
    for (int i = 0; i < count; ++i) {
      Fiber& fiber = own.fibers[reversed ? count - 1 - i : i];
      if (fiber.isDone) continue;
      own.current = &fiber;
      swapcontext(&own.scheduler, &fiber.context);
    }
    if (!own.moved && own.failure.empty()) own.failure = "threads of a block wait for others that never come: a barrier or a warp operation is not reached by all";
  }
  block = outer;
  if (!own.failure.empty()) throw std::runtime_error("emulated kernel: " + own.failure);
}

}  // namespace

Thread& self() { return block->current->thread; }
uint8_t* dynamicShared() { return reinterpret_cast<uint8_t*>((reinterpret_cast<uintptr_t>(shared.data()) + 127) & ~uintptr_t{127}); }

void syncBlock() {
  meet(block->meeting, [] { return block->running; });
}

namespace {
Warp& warpOf() { return block->warps[(block->current - block->fibers.data()) / 32]; }
/// Sub-warps meet in the warp's one meeting: only whole warps, or all lanes that still run, are supported.
void meetWarp(unsigned mask) {
  Warp& warp = warpOf();
  if (!(mask >> block->current->thread.lane & 1)) fail("a lane takes part in a warp operation whose mask leaves it out");
  if ((mask & warp.alive) != warp.alive) fail("a warp operation's mask leaves out a lane that still runs");
  meet(warp.meeting, [&warp] { return __builtin_popcount(warp.alive); });
}
}  // namespace

void enterWarp(unsigned mask, const void* value, size_t bytes) {
  Warp& warp = warpOf();
  if (bytes > sizeof warp.values[0]) fail("a warp operation on more than 64 bytes a lane");
  if (bytes > 0) std::memcpy(warp.values[block->current->thread.lane], value, bytes);
  meetWarp(mask);
}
const void* laneValue(int lane) {
  Warp& warp = warpOf();
  if (lane < 0 || lane > 31) fail("a warp operation reads lane " + std::to_string(lane));
  return warp.values[lane];
}
void leaveWarp(unsigned mask) { meetWarp(mask); }

void copyLater(void* to, const void* from, size_t bytes) { block->current->copies.push_back({to, from, bytes}); }
void commitCopies() {
  block->current->groups.push_back(std::move(block->current->copies));
  block->current->copies.clear();
}
void waitCopies(int pending) {
  auto& groups = block->current->groups;
  while (static_cast<int>(groups.size()) > pending) {
    for (const Copy& copy : groups.front()) {
      if (copy.from == nullptr) std::memset(copy.to, 0, copy.bytes);
      else std::memcpy(copy.to, copy.from, copy.bytes);
    }
    groups.pop_front();
  }
}

void launch(dim3 grid, dim3 size, size_t dynamic, const std::function<void()>& kernel) {
  if (size.x * size.y * size.z > 1024) throw std::runtime_error("emulated kernel: more than 1024 threads a block");
  if (dynamic > 227 * 1024) throw std::runtime_error("emulated kernel: more shared memory than a multiprocessor has");
  // What a kernel reads before it writes should not look like zeros.
  shared.assign(dynamic + 128, 0xcd);
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) runBlock(grid, size, {x, y, z}, kernel);
}

}  // namespace fabric::emulator

namespace {
/// As 10 * major + minor.
int capability() {
  const char* asked = std::getenv("FABRIC_EMULATOR_CAPABILITY");
  return asked == nullptr ? 90 : std::atoi(asked);
}
}  // namespace

namespace {
/// Blocks of managed memory that live, and the bytes that were moved ahead.
struct Managed {
  std::map<void*, size_t> blocks;
  size_t prefetched = 0;
};
Managed managed;
}  // namespace

namespace fabric::emulator {
size_t managedBlocks() { return managed.blocks.size(); }
size_t prefetchedBytes() { return managed.prefetched; }
}  // namespace fabric::emulator

// The few calls of CUDA's runtime that entry points make.
extern "C" {
cudaError_t cudaGetLastError() { return cudaSuccess; }
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: *value = 2; break;
    case cudaDevAttrComputeCapabilityMajor: *value = capability() / 10; break;
    case cudaDevAttrComputeCapabilityMinor: *value = capability() % 10; break;
    case cudaDevAttrConcurrentManagedAccess: *value = 1; break;
    default: return cudaErrorInvalidValue;
  }
  return cudaSuccess;
}
cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) { return cudaSuccess; }
cudaError_t cudaStreamIsCapturing(cudaStream_t, cudaStreamCaptureStatus* status) {
  *status = cudaStreamCaptureStatusNone;
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t) {
  std::memset(to, value, bytes);
  return cudaSuccess;
}
cudaError_t cudaMallocManaged(void** data, size_t bytes, unsigned) {
  *data = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (*data == nullptr) return cudaErrorMemoryAllocation;
  std::memset(*data, 0xcd, bytes);
  managed.blocks[*data] = bytes;
  return cudaSuccess;
}
cudaError_t cudaFree(void* data) {
  if (managed.blocks.erase(data) == 0) return cudaErrorInvalidValue;
  std::free(data);
  return cudaSuccess;
}
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* data) {
  *attributes = {};
  attributes->type = managed.blocks.count(const_cast<void*>(data)) == 0 ? cudaMemoryTypeUnregistered : cudaMemoryTypeManaged;
  return cudaSuccess;
}
cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode*) { return cudaSuccess; }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = nullptr;
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = nullptr;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
#if CUDART_VERSION >= 13000
cudaError_t cudaMemPrefetchAsync(const void* data, size_t bytes, cudaMemLocation, unsigned, cudaStream_t) {
#else
cudaError_t cudaMemPrefetchAsync(const void* data, size_t bytes, int, cudaStream_t) {
#endif
  const auto found = managed.blocks.find(const_cast<void*>(data));
  if (found == managed.blocks.end() || bytes > found->second) return cudaErrorInvalidValue;
  managed.prefetched += bytes;
  return cudaSuccess;
}
const char* cudaGetErrorString(cudaError_t error) { return error == cudaSuccess ? "no error" : "invalid argument"; }
}
