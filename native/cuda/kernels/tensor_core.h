// Tensor cores and asynchronous copies as the PTX ISA defines them (sections "Matrix multiply-accumulate instructions", "cp.async").
// The emulated twins follow the tables of fragment layouts there.
#pragma once

#include "element.h"

namespace fabric::cuda {

#ifndef FABRIC_EMULATED

__device__ inline uint32_t sharedAddress(const void* p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }

/// Copies 16 bytes to shared memory behind the thread's back; zeros when `isInside` is false, and then `from` is not read.
__device__ inline void copyAsync16(void* to, const void* from, bool isInside) {
  const int bytes = isInside ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(sharedAddress(to)), "l"(from), "r"(bytes));
}
/// Closes a group of copies.
__device__ inline void commitCopies() { asm volatile("cp.async.commit_group;\n" ::); }
/// Waits until at most `Pending` groups of this thread are unfinished.
template <int Pending>
__device__ inline void waitCopies() { asm volatile("cp.async.wait_group %0;\n" ::"n"(Pending)); }

/// Four 8x8 matrices of 16-bit elements from shared memory: lane l names row l % 8 of matrix l / 8.
__device__ inline void loadMatrix4(uint32_t (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];\n" : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(sharedAddress(row)));
}
/// The same, each matrix transposed.
__device__ inline void loadMatrix4Transposed(uint32_t (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];\n" : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(sharedAddress(row)));
}

/// d += a (16x16, row-major fragments) times b (16x8, column-major fragments), summed in float32.
template <typename T>
__device__ void multiply16x8x16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]);
template <>
__device__ inline void multiply16x8x16<BFloat16>(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
template <>
__device__ inline void multiply16x8x16<Half>(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// d += a (16x32 of int8) times b (32x8 of int8), exact in int32.
__device__ inline void multiplyInt8(int (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"
               : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#else

__device__ inline void copyAsync16(void* to, const void* from, bool isInside) { emulator::copyLater(to, isInside ? from : nullptr, 16); }
__device__ inline void commitCopies() { emulator::commitCopies(); }
template <int Pending>
__device__ inline void waitCopies() { emulator::waitCopies(Pending); }

inline void loadMatrices(uint32_t (&to)[4], const void* row, bool isTransposed) {
  if (reinterpret_cast<uintptr_t>(row) % 16 != 0) throw std::runtime_error("emulated kernel: ldmatrix of a row that is not aligned to 16 bytes");
  const int lane = emulator::self().lane;
  emulator::enterWarp(kAllLanes, &row, sizeof row);
  for (int matrix = 0; matrix < 4; ++matrix) {
    uint16_t pair[2];
    for (int i = 0; i < 2; ++i) {
      const int at = lane / 4, across = lane % 4 * 2 + i;
      const void* from;
      std::memcpy(&from, emulator::laneValue(8 * matrix + (isTransposed ? across : at)), sizeof from);
      pair[i] = static_cast<const uint16_t*>(from)[isTransposed ? at : across];
    }
    std::memcpy(&to[matrix], pair, sizeof pair);
  }
  emulator::leaveWarp(kAllLanes);
}
__device__ inline void loadMatrix4(uint32_t (&to)[4], const void* row) { loadMatrices(to, row, false); }
__device__ inline void loadMatrix4Transposed(uint32_t (&to)[4], const void* row) { loadMatrices(to, row, true); }

/// d += a times b for fragments of `K` elements of type `T` a row, `K / 8` bytes-packed elements a register.
template <typename T, typename Sum, int K>
void multiplyFragments(Sum (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  constexpr int kEach = 4 / sizeof(T);  // elements a register
  struct Lane {
    uint32_t a[4], b[2];
  } own;
  std::memcpy(own.a, a, sizeof own.a);
  std::memcpy(own.b, b, sizeof own.b);
  emulator::enterWarp(kAllLanes, &own, sizeof own);
  const int lane = emulator::self().lane;
  const auto elementOf = [](const uint32_t* registers, int reg, int i) {
    T value;
    std::memcpy(&value, reinterpret_cast<const char*>(registers + reg) + i * sizeof(T), sizeof value);
    return value;
  };
  for (int out = 0; out < 4; ++out) {
    const int row = lane / 4 + (out / 2) * 8, col = lane % 4 * 2 + out % 2;
    Sum sum = d[out];
    for (int k = 0; k < K; ++k) {
      // Lane 4 * (row % 8) + (k % (K / 2)) / kEach holds a[row][k] in register (row / 8) + 2 * (k / (K / 2)); b is held likewise by column.
      const int part = k % (K / 2) / kEach, i = k % kEach, half = k / (K / 2);
      const Lane& left = *static_cast<const Lane*>(emulator::laneValue(4 * (row % 8) + part));
      const Lane& right = *static_cast<const Lane*>(emulator::laneValue(4 * col + part));
      const T x = elementOf(left.a, row / 8 + 2 * half, i), y = elementOf(right.b, half, i);
      if constexpr (std::is_same_v<T, int8_t>) sum += static_cast<int>(x) * static_cast<int>(y);
      else sum += toFloat(x) * toFloat(y);
    }
    d[out] = sum;
  }
  emulator::leaveWarp(kAllLanes);
}
template <typename T>
__device__ void multiply16x8x16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) { multiplyFragments<T, float, 16>(d, a, b); }
__device__ inline void multiplyInt8(int (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) { multiplyFragments<int8_t, int, 32>(d, a, b); }

#endif

}  // namespace fabric::cuda
