// Element types of tensors in kernels: reading to float32, rounding from it to nearest even, 16 bytes at a time.
#pragma once

#include "../../common/kernels/element.h"
#include "device.h"

namespace fabric::cuda {

using Half = __half;
using BFloat16 = __nv_bfloat16;

__device__ inline float toFloat(float x) { return x; }
__device__ inline float toFloat(Half x) { return __half2float(x); }
__device__ inline float toFloat(BFloat16 x) { return __bfloat162float(x); }

template <typename T>
__device__ T fromFloat(float x);
template <>
__device__ inline float fromFloat<float>(float x) { return x; }
template <>
__device__ inline Half fromFloat<Half>(float x) { return __float2half_rn(x); }
template <>
__device__ inline BFloat16 fromFloat<BFloat16>(float x) { return __float2bfloat16_rn(x); }

/// `N` elements that are read and written in one access.
template <typename T, int N>
struct alignas(sizeof(T) * N) Pack {
  T at[N];
};

template <typename T, int N>
__device__ inline Pack<T, N> load(const T* from) { return *reinterpret_cast<const Pack<T, N>*>(from); }
template <typename T, int N>
__device__ inline void store(T* to, const Pack<T, N>& values) { *reinterpret_cast<Pack<T, N>*>(to) = values; }

/// Calls `body(T{})` with the element type that `element` names.
template <typename Body>
int withElement(Element element, Body body) {
  switch (element) {
    case Element::Float32: return body(float{});
    case Element::Float16: return body(Half{});
    case Element::BFloat16: return body(BFloat16{});
  }
  return static_cast<int>(cudaErrorInvalidValue);
}

}  // namespace fabric::cuda
