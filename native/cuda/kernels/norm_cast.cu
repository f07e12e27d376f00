// LayerNorm and RMSNorm whose results go to FP8 codes in one pass, without another rounding: a team of threads holds a row in registers, finds its mean,
// then its variance about that mean, then the codes. Sums are in float32, in an order that depends on the width only.
#include "entries_fp8.h"
#include "fp8.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 256;
/// Groups of 8 columns that a thread holds; what is beyond them is read again from the caches.
constexpr int kHeld = 4;

/// Eight numbers of a tensor whose type is known when the kernel runs.
__device__ inline void loadAny(Element element, const void* from, int64_t at, int64_t count, bool isWide, float (&to)[8]) {
  const auto read = [&](auto* typed) {
    if (isWide) load8(typed + at, to);
    else loadSome(typed + at, count, to);
  };
  if (element == Element::Float32) read(static_cast<const float*>(from));
  else if (element == Element::Float16) read(static_cast<const Half*>(from));
  else read(static_cast<const BFloat16*>(from));
}

/// The sum over a team of `Team` threads, a warp or the block, in all of them.
template <int Team>
__device__ inline float teamSum(float sum) {
  for (int with = kWarp / 2; with > 0; with /= 2) sum += __shfl_xor_sync(kAllLanes, sum, with);
  if (Team == kWarp) return sum;
  __shared__ float warps[kThreads / kWarp];
  __syncthreads();
  if (threadIdx.x % kWarp == 0) warps[threadIdx.x / kWarp] = sum;
  __syncthreads();
  sum = 0;
  for (int i = 0; i < kThreads / kWarp; ++i) sum += warps[i];
  return sum;
}

/// `mean` is null for RMSNorm, whose rows are not centred.
template <typename T, int Team>
__global__ void __launch_bounds__(kThreads) normCast(Fp8 format, const T* __restrict__ x, int64_t rows, int width, FabricNorm norm, const float* __restrict__ scale, float* history,
                                                     uint8_t* __restrict__ codes, float* inverse, float* __restrict__ mean, float* __restrict__ rstd) {
  constexpr int kTeams = kThreads / Team;
  const float factor = __ldg(scale);
  const int lane = threadIdx.x % Team;
  const bool isWide = width % 8 == 0;
  float most = 0;
  for (int64_t row = static_cast<int64_t>(blockIdx.x) * kTeams + threadIdx.x / Team; row < rows; row += static_cast<int64_t>(gridDim.x) * kTeams) {
    const T* from = x + row * width;
    const auto read = [&](int column, float(&to)[8]) {
      if (isWide) load8(from + column, to);
      else loadSome(from + column, width - column, to);
    };
    float held[kHeld][8];
#pragma unroll
    for (int i = 0; i < kHeld; ++i)
      if ((lane + i * Team) * 8 < width) read((lane + i * Team) * 8, held[i]);
    const auto each = [&](auto body) {
#pragma unroll
      for (int i = 0; i < kHeld; ++i)
        if ((lane + i * Team) * 8 < width) body((lane + i * Team) * 8, held[i]);
      for (int column = (lane + kHeld * Team) * 8; column < width; column += Team * 8) {
        float more[8];
        read(column, more);
        body(column, more);
      }
    };
    float centre = 0;
    if (mean != nullptr) {
      float sum = 0;
      each([&](int, const float(&values)[8]) {
#pragma unroll
        for (int i = 0; i < 8; ++i) sum += values[i];
      });
      centre = teamSum<Team>(sum) / static_cast<float>(width);
    }
    float squares = 0, apartSum = 0;
    each([&](int column, const float(&values)[8]) {
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const float apart = column + i < width ? values[i] - centre : 0.0f;
        squares += apart * apart;
        apartSum += apart;
      }
    });
    // What rounding left out of the mean, which is much where numbers are large and close together.
    const float rest = mean != nullptr ? teamSum<Team>(apartSum) / static_cast<float>(width) : 0.0f;
    const float deviation = 1.0f / sqrtf(teamSum<Team>(squares) / static_cast<float>(width) - rest * rest + norm.eps);
    if (lane == 0) {
      rstd[row] = deviation;
      if (mean != nullptr) mean[row] = centre + rest;
    }
    each([&](int column, const float(&values)[8]) {
      float weight[8], bias[8] = {}, y[8];
      loadAny(static_cast<Element>(norm.weightElement), norm.weight, column, width - column, isWide, weight);
      if (norm.bias != nullptr) loadAny(static_cast<Element>(norm.biasElement), norm.bias, column, width - column, isWide, bias);
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const float gamma = norm.isZeroCentered ? weight[i] + 1.0f : weight[i];
        y[i] = column + i < width ? fmaf((values[i] - centre - rest) * deviation, gamma, bias[i]) : 0.0f;
      }
      most = grow(most, y);
      const uint2 bytes = format == Fp8::E4M3 ? encodeScaled<Fp8::E4M3>(y, factor) : encodeScaled<Fp8::E5M2>(y, factor);
      uint8_t* to = codes + row * width + column;
      if (isWide) *reinterpret_cast<uint2*>(to) = bytes;
      else storeSome(to, width - column, bytes);
    });
  }
  finishCast<kThreads>(most, factor, history, inverse);
}

}  // namespace

/// Codes of the norm of `rows` rows, what reads them, and the rows' statistics. Without `mean` it is RMSNorm.
FABRIC_ENTRY fabric_cuda_fp8_norm_cast(int format, int element, const void* x, int64_t rows, int64_t width, FabricNorm norm, const float* scale, float* history, void* codes,
                                       float* inverse, float* mean, float* rstd, void* stream) {
  if (width > 0x7fffffff - 8 * kThreads * kHeld) return static_cast<int>(cudaErrorInvalidValue);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    const T* from = static_cast<const T*>(x);
    const Fp8 kind = static_cast<Fp8>(format);
    uint8_t* to = static_cast<uint8_t*>(codes);
    const int n = static_cast<int>(width);
    // A warp for what it holds.
    if (width <= kWarp * kHeld * 8) {
      const unsigned grid = gridFor(ceilDiv(rows, kThreads / kWarp), 8);
      FABRIC_LAUNCH((normCast<T, kWarp>), grid, kThreads, 0, stream, kind, from, rows, n, norm, scale, history, to, inverse, mean, rstd);
    } else {
      FABRIC_LAUNCH((normCast<T, kThreads>), gridFor(rows, 8), kThreads, 0, stream, kind, from, rows, n, norm, scale, history, to, inverse, mean, rstd);
    }
    return launched();
  });
}

}  // namespace fabric::cuda
