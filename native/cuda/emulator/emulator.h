// Runs CUDA kernels on the CPU, for tests: a launch's blocks one after another, the threads of a block as fibers that switch where they wait
// for one another. What the hardware leaves undefined fails here: barriers that not all threads reach, warp operations with absent lanes.
// Copies of cp.async happen when they are waited for, not before. FABRIC_EMULATOR_ORDER=reverse runs the threads from the last to the first,
// which shows a missing barrier; FABRIC_EMULATOR_CAPABILITY=80 is the compute capability that the device says, 90 if it is not set.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>

#undef __shared__
#define __shared__ static thread_local
#undef __launch_bounds__
#define __launch_bounds__(...)
#undef __grid_constant__
#define __grid_constant__

namespace fabric::emulator {

/// What a running thread of a kernel knows of itself.
struct Thread {
  uint3 thread, block;
  dim3 blockSize, gridSize;
  int lane;
};

Thread& self();
/// The launch's dynamic shared memory.
uint8_t* dynamicShared();
/// Waits for all threads of the block that still run.
void syncBlock();
/// Publishes `bytes` of this lane to its warp and waits for the lanes of `mask`; `laneValue` then reads theirs until `leaveWarp`.
void enterWarp(unsigned mask, const void* value, size_t bytes);
const void* laneValue(int lane);
void leaveWarp(unsigned mask);

void copyLater(void* to, const void* from, size_t bytes);
void commitCopies();
void waitCopies(int pending);

void launch(dim3 grid, dim3 block, size_t shared, const std::function<void()>& kernel);
/// Blocks of managed memory that live, and the bytes of them that were moved ahead so far.
size_t managedBlocks();
size_t prefetchedBytes();

template <typename T>
T exchange(unsigned mask, T value, int from) {
  enterWarp(mask, &value, sizeof value);
  T other;
  std::memcpy(&other, laneValue(from), sizeof other);
  leaveWarp(mask);
  return other;
}

/// Combines the values of the lanes in `mask`, in order of lane.
template <typename T, typename Combine>
T reduce(unsigned mask, T value, Combine combine) {
  enterWarp(mask, &value, sizeof value);
  bool first = true;
  T all{};
  for (int lane = 0; lane < 32; ++lane) {
    if (!(mask >> lane & 1)) continue;
    T other;
    std::memcpy(&other, laneValue(lane), sizeof other);
    all = first ? other : combine(all, other);
    first = false;
  }
  leaveWarp(mask);
  return all;
}

}  // namespace fabric::emulator

#define threadIdx (::fabric::emulator::self().thread)
#define blockIdx (::fabric::emulator::self().block)
#define blockDim (::fabric::emulator::self().blockSize)
#define gridDim (::fabric::emulator::self().gridSize)

#define FABRIC_LAUNCH(kernel, grid, block, shared, stream, ...) \
  ((void)(stream), ::fabric::emulator::launch(dim3(grid), dim3(block), (shared), [=] { (kernel)(__VA_ARGS__); }))
#define FABRIC_DYNAMIC_SHARED(name) uint8_t* name = ::fabric::emulator::dynamicShared()

inline void __syncthreads() { ::fabric::emulator::syncBlock(); }
inline void __syncwarp(unsigned mask = 0xffffffffu) {
  ::fabric::emulator::enterWarp(mask, nullptr, 0);
  ::fabric::emulator::leaveWarp(mask);
}
inline void __threadfence() {}
inline void __threadfence_block() {}

template <typename T>
T __shfl_sync(unsigned mask, T value, int from, int width = 32) {
  const int lane = ::fabric::emulator::self().lane;
  return ::fabric::emulator::exchange(mask, value, (lane & ~(width - 1)) | (from & (width - 1)));
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int with, int width = 32) {
  const int lane = ::fabric::emulator::self().lane, from = lane ^ with;
  return ::fabric::emulator::exchange(mask, value, (from ^ lane) < width ? from : lane);
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32) {
  const int lane = ::fabric::emulator::self().lane, from = lane + static_cast<int>(by);
  return ::fabric::emulator::exchange(mask, value, from / width == lane / width ? from : lane);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32) {
  const int lane = ::fabric::emulator::self().lane, from = lane - static_cast<int>(by);
  return ::fabric::emulator::exchange(mask, value, from >= 0 && from / width == lane / width ? from : lane);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  const unsigned bit = predicate ? 1u << ::fabric::emulator::self().lane : 0u;
  return ::fabric::emulator::reduce(mask, bit, [](unsigned a, unsigned b) { return a | b; });
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) == mask; }
template <typename T>
T __reduce_max_sync(unsigned mask, T value) {
  return ::fabric::emulator::reduce(mask, value, [](T a, T b) { return std::max(a, b); });
}
template <typename T>
T __reduce_min_sync(unsigned mask, T value) {
  return ::fabric::emulator::reduce(mask, value, [](T a, T b) { return std::min(a, b); });
}
template <typename T>
T __reduce_add_sync(unsigned mask, T value) {
  return ::fabric::emulator::reduce(mask, value, [](T a, T b) { return a + b; });
}
template <typename T>
T __reduce_or_sync(unsigned mask, T value) {
  return ::fabric::emulator::reduce(mask, value, [](T a, T b) { return a | b; });
}
inline int __syncthreads_or(int predicate) {
  // One word a block; the barriers keep the rounds apart.
  static thread_local int all;
  __syncthreads();
  all = 0;
  __syncthreads();
  if (predicate) all = 1;
  __syncthreads();
  return all;
}
inline int __syncthreads_and(int predicate) { return !__syncthreads_or(!predicate); }

// One fiber runs at a time: nothing comes between the reading and the writing.
template <typename T>
T fabricUpdate(T* at, T value) {
  const T old = *at;
  *at = value;
  return old;
}
template <typename T>
T atomicAdd(T* at, T value) { return fabricUpdate(at, static_cast<T>(*at + value)); }
template <typename T>
T atomicMax(T* at, T value) { return fabricUpdate(at, std::max(*at, value)); }
template <typename T>
T atomicMin(T* at, T value) { return fabricUpdate(at, std::min(*at, value)); }
template <typename T>
T atomicOr(T* at, T value) { return fabricUpdate(at, static_cast<T>(*at | value)); }
template <typename T>
T atomicExch(T* at, T value) { return fabricUpdate(at, value); }
template <typename T>
T atomicCAS(T* at, T expected, T value) { return *at == expected ? fabricUpdate(at, value) : *at; }
inline unsigned atomicInc(unsigned* at, unsigned limit) { return fabricUpdate(at, *at >= limit ? 0u : *at + 1); }

template <typename T>
T __ldg(const T* from) { return *from; }
template <typename T>
T __ldcs(const T* from) { return *from; }
template <typename T>
T __ldcg(const T* from) { return *from; }
template <typename T>
void __stcs(T* to, T value) { *to = value; }

inline unsigned __float_as_uint(float x) { unsigned bits; std::memcpy(&bits, &x, sizeof bits); return bits; }
inline int __float_as_int(float x) { int bits; std::memcpy(&bits, &x, sizeof bits); return bits; }
inline float __uint_as_float(unsigned bits) { float x; std::memcpy(&x, &bits, sizeof x); return x; }
inline float __int_as_float(int bits) { float x; std::memcpy(&x, &bits, sizeof x); return x; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __frcp_rn(float a) { return 1.0f / a; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline int __float2int_rn(float x) { return static_cast<int>(std::nearbyint(x)); }
inline float __int2float_rn(int x) { return static_cast<float>(x); }
inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  const uint64_t bytes = static_cast<uint64_t>(b) << 32 | a;
  unsigned out = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned pick = selector >> (4 * i) & 0xf;
    unsigned byte = static_cast<unsigned>(bytes >> (8 * (pick & 7))) & 0xff;
    if (pick & 8) byte = byte & 0x80 ? 0xff : 0;
    out |= byte << (8 * i);
  }
  return out;
}
inline int __dp4a(int a, int b, int c) {
  for (int i = 0; i < 4; ++i) c += static_cast<int8_t>(a >> (8 * i)) * static_cast<int8_t>(b >> (8 * i));
  return c;
}
inline long long clock64() { return 0; }
using std::max;
using std::min;
