// FP8 codes in kernels, bit for bit as the CPU kernels make and read them (native/te/kernels/cast8.isa.cc), but for the sign of a NaN, which says nothing
// and which multiplication on a GPU drops; and the largest magnitude of a tensor.
#pragma once

#include "wide.h"

namespace fabric::cuda {

/// E4M3 has no infinities; E5M2 has those of IEEE 754.
enum class Fp8 { E4M3 = 0, E5M2 = 1 };

/// The largest finite value.
__host__ __device__ constexpr float maxOf(Fp8 format) { return format == Fp8::E4M3 ? 448.0f : 57344.0f; }

/// The code nearest to `y`, ties to even; beyond the largest finite value that value. A NaN gives 0x7f.
__device__ inline uint32_t encode(Fp8 format, float y) {
  const bool isE4m3 = format == Fp8::E4M3;
  const int cut = isE4m3 ? 20 : 21;
  const uint32_t bits = __float_as_uint(y), sign = bits >> 24 & 0x80u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return 0x7fu;
  const float a = fminf(__uint_as_float(magnitude), maxOf(format));
  // Below the smallest normal number codes count one step, to which the sum with a large number rounds.
  const float magic = isE4m3 ? 16384.0f : 128.0f;
  if (a < (isE4m3 ? 0x1p-6f : 0x1p-14f)) return sign | (__float_as_uint(a + magic) - __float_as_uint(magic));
  const uint32_t kept = __float_as_uint(a), half = (1u << (cut - 1)) - 1;
  return sign | (((kept + half + (kept >> cut & 1)) >> cut) - (isE4m3 ? 960u : 448u));
}

/// The codes of two numbers, the first in the low byte.
template <Fp8 format>
__device__ inline uint32_t encodePair(float first, float second) {
#if defined(FABRIC_EMULATED) || (defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890)
  return __nv_cvt_float2_to_fp8x2(make_float2(first, second), __NV_SATFINITE, format == Fp8::E4M3 ? __NV_E4M3 : __NV_E5M2);
#else
  return encode(format, first) | encode(format, second) << 8;
#endif
}

/// The codes of eight numbers times `scale`, each product rounded to float32.
template <Fp8 format>
__device__ inline uint2 encodeScaled(const float (&x)[8], float scale) {
  uint32_t pairs[4];
#pragma unroll
  for (int i = 0; i < 4; ++i) pairs[i] = encodePair<format>(x[2 * i] * scale, x[2 * i + 1] * scale);
  return make_uint2(pairs[0] | pairs[1] << 16, pairs[2] | pairs[3] << 16);
}

/// The value of a code: that of an E4M3 code is 2^8 times that of the float16 with its bits in the middle; an E5M2 code is the upper half of one.
__device__ inline float decode(Fp8 format, uint32_t code) {
  const auto half = [](uint32_t bits) {
    __half_raw raw;
    raw.x = static_cast<unsigned short>(bits);
    return __half2float(Half(raw));
  };
  if (format == Fp8::E5M2) return half(code << 8 & 0xff00u);
  if ((code & 0x7fu) == 0x7fu) return __uint_as_float((code & 0x80u) << 24 | 0x7fc00000u);
  return half((code & 0x80u) << 8 | (code & 0x7fu) << 7) * 256.0f;
}

/// The first `count` of eight codes.
__device__ inline void storeSome(uint8_t* to, int64_t count, uint2 codes) {
#pragma unroll
  for (int i = 0; i < 8; ++i)
    if (i < count) to[i] = static_cast<uint8_t>((i < 4 ? codes.x : codes.y) >> (8 * (i % 4)));
}

/// The largest of `most` and the magnitudes of eight numbers.
__device__ inline float grow(float most, const float (&x)[8]) {
#pragma unroll
  for (int i = 0; i < 8; ++i) most = grow(most, x[i]);
  return most;
}

/// The largest `most` of the block's threads, which are `Threads` and all take part, in thread 0. Once a kernel: its memory is not used again.
template <int Threads>
__device__ inline float blockMax(float most) {
  __shared__ uint32_t warps[Threads / kWarp];
  // Bits of numbers that are not negative are ordered as the numbers are.
  const uint32_t bits = __reduce_max_sync(kAllLanes, __float_as_uint(most));
  if (threadIdx.x % kWarp == 0) warps[threadIdx.x / kWarp] = bits;
  __syncthreads();
  uint32_t all = 0;
  if (threadIdx.x == 0)
    for (int i = 0; i < Threads / kWarp; ++i) all = max(all, warps[i]);
  return __uint_as_float(all);
}

/// `*at` becomes `now`, which is neither negative nor NaN, unless it is at least that; a NaN gives way.
__device__ inline void raise(float* at, float now) {
  const float seen = *static_cast<volatile float*>(at);
  if (seen >= now) return;
  int* bits = reinterpret_cast<int*>(at);
  for (int known = __float_as_int(seen); (known & 0x7fffffff) > 0x7f800000;) {
    const int found = atomicCAS(bits, known, __float_as_int(now));
    if (found == known) return;
    known = found;
  }
  // As integers negative numbers are less than all others.
  atomicMax(bits, __float_as_int(now));
}

/// What a cast does with its scale and magnitudes: 1 / scale, and the largest magnitude into the history, which may be null.
template <int Threads>
__device__ inline void finishCast(float most, float scale, float* history, float* inverse) {
  const float all = blockMax<Threads>(most);
  if (threadIdx.x != 0) return;
  if (history != nullptr) raise(history, all);
  if (blockIdx.x == 0) *inverse = 1.0f / scale;
}

}  // namespace fabric::cuda
