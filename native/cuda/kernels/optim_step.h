// An optimizer step on blocks of 256 elements, a warp a block: what optim8.cu, optim32.cu and optim_trust.cu share. The arithmetic is that of the
// CPU (native/bnb/kernels/optim8.isa.cc), operation for operation: float32, nothing contracted, IEEE division and root.
#pragma once

#include "../../common/kernels/step_numbers.h"
#include "element.h"
#include "entries_optim.h"
#include "multi_tensor.h"
#include "search8.h"

namespace fabric::cuda {

constexpr int kOptimThreads = 256;
constexpr int kOptimWarps = kOptimThreads / kWarp;
/// Neighbouring elements of a lane: 16 bytes of 16-bit numbers, 8 of codes.
constexpr int kEach = static_cast<int>(kOptimBlock) / kWarp;

/// The argument of a launch.
struct OptimBatch {
  static constexpr int kMost = (kArgumentBytes - 256) / static_cast<int>(sizeof(OptimTensor));
  OptimCommon common;
  int count;
  /// Work units of all tensors.
  int64_t units;
  OptimTensor tensors[kMost];
};
static_assert(sizeof(OptimBatch) + 64 <= kArgumentBytes, "leaves room for a few more arguments");

/// Calls `launch(batch, first)` for every `OptimBatch::kMost` tensors, the first of which is `first`; a tensor has ceil(n / unit) work units.
template <typename Launch>
int forBatches(const OptimCommon& common, const OptimTensor* tensors, int64_t count, int64_t unit, Launch launch) {
  for (int64_t first = 0; first < count; first += OptimBatch::kMost) {
    OptimBatch batch{};
    batch.common = common;
    batch.count = static_cast<int>(count - first < OptimBatch::kMost ? count - first : OptimBatch::kMost);
    for (int i = 0; i < batch.count; ++i) {
      batch.tensors[i] = tensors[first + i];
      batch.tensors[i].start = batch.units;
      batch.units += ceilDiv(batch.tensors[i].n, unit);
    }
    if (const int status = launch(batch, first); status != 0) return status;
  }
  return 0;
}

constexpr __host__ __device__ int statesOf(StepRule rule) { return rule == StepRule::Adam ? 2 : rule == StepRule::AdEMAMix ? 3 : 1; }
constexpr __host__ __device__ int mapsOf(StepRule rule) { return rule == StepRule::Adam || rule == StepRule::AdEMAMix ? 2 : 1; }
/// State 1 of Adam and AdEMAMix, of squares, has the second map.
constexpr __host__ __device__ int mapOf(int state) { return state == 1 ? 1 : 0; }

/// Where a lane's elements are: `left` of its eight are there, and `isWhole` says that whole blocks are read in wide accesses.
struct Lane {
  int64_t begin;
  int left;
  bool isWhole;
};

/// Eight elements as they lie in memory: 16 bytes, or 32 of float32.
struct Raw {
  uint4 words[2];
};

/// Loads wait for nothing, so that all of a block's are on their way before the first is used.
__device__ inline Raw loadRaw(Element element, const void* from, const Lane& at) {
  const bool isWide = element == Element::Float32;
  const auto* bytes = static_cast<const uint8_t*>(from) + at.begin * (isWide ? 4 : 2);
  Raw raw;
  raw.words[0] = *reinterpret_cast<const uint4*>(bytes);
  raw.words[1] = isWide ? *reinterpret_cast<const uint4*>(bytes + 16) : uint4{};
  return raw;
}

template <typename T>
__device__ inline void widenAs(const Raw& raw, float (&to)[kEach]) {
  const auto* values = reinterpret_cast<const T*>(&raw);
#pragma unroll
  for (int i = 0; i < kEach; ++i) to[i] = toFloat(values[i]);
}

/// By the type at run time, here and below: the whole launch takes the same branch, and there is a ninth of the kernels to compile.
__device__ inline void widen(Element element, const Raw& raw, float (&to)[kEach]) {
  if (element == Element::Float32) widenAs<float>(raw, to);
  else if (element == Element::Float16) widenAs<Half>(raw, to);
  else widenAs<BFloat16>(raw, to);
}

/// One element after the other, and zeros for those that are not there.
template <typename T>
__device__ inline void readAs(const T* from, const Lane& at, float (&to)[kEach]) {
#pragma unroll
  for (int i = 0; i < kEach; ++i) to[i] = i < at.left ? toFloat(from[at.begin + i]) : 0.0f;
}
__device__ inline void read(Element element, const void* from, const Lane& at, float (&to)[kEach]) {
  if (element == Element::Float32) readAs(static_cast<const float*>(from), at, to);
  else if (element == Element::Float16) readAs(static_cast<const Half*>(from), at, to);
  else readAs(static_cast<const BFloat16*>(from), at, to);
}

template <typename T>
__device__ inline void writeAs(T* to, const Lane& at, const float (&from)[kEach]) {
  constexpr int kWide = 16 / sizeof(T);
  if (at.isWhole) {
#pragma unroll
    for (int part = 0; part < kEach; part += kWide) {
      Pack<T, kWide> values;
#pragma unroll
      for (int i = 0; i < kWide; ++i) values.at[i] = fromFloat<T>(from[part + i]);
      store(to + at.begin + part, values);
    }
  } else {
#pragma unroll
    for (int i = 0; i < kEach; ++i)
      if (i < at.left) to[at.begin + i] = fromFloat<T>(from[i]);
  }
}
__device__ inline void write(Element element, void* to, const Lane& at, const float (&from)[kEach]) {
  if (element == Element::Float32) writeAs(static_cast<float*>(to), at, from);
  else if (element == Element::Float16) writeAs(static_cast<Half*>(to), at, from);
  else writeAs(static_cast<BFloat16*>(to), at, from);
}

/// The codes of a lane's elements.
using Codes = Pack<uint8_t, kEach>;

__device__ inline Codes readCodes(const uint8_t* codes, const Lane& at) {
  Codes some{};
#pragma unroll
  for (int i = 0; i < kEach; ++i)
    if (i < at.left) some.at[i] = codes[at.begin + i];
  return some;
}

/// The nearest value to s / absmax. A negative state never becomes zero: it takes the code before zero's, as bitsandbytes has it on CUDA, where a
/// code must have the sign of its value; a positive one may, since zero has its sign. All lanes of the warp come here.
__device__ inline void writeState(uint8_t* codes, float* absmax, const Search8& by, const Lane& at, const float (&s)[kEach]) {
  uint32_t most = 0;  // as bits, which order like magnitudes; a NaN does not count
#pragma unroll
  for (int i = 0; i < kEach; ++i)
    if (s[i] == s[i]) most = max(most, __float_as_uint(fabsf(s[i])));
  const float scale = __uint_as_float(__reduce_max_sync(kAllLanes, most));
  if (threadIdx.x % kWarp == 0) *absmax = scale;
  const int zero = by.zero;
  Codes some;
  if (scale == 0) {
#pragma unroll
    for (int i = 0; i < kEach; ++i) some.at[i] = static_cast<uint8_t>(zero);
  } else {
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
      const int index = search8(by, s[i] / scale);
      // Nothing is below the zero of a map without negative values.
      some.at[i] = static_cast<uint8_t>(index - (s[i] < 0 && index == zero && zero != 0));
    }
  }
  if (at.isWhole) {
    store(codes + at.begin, some);
  } else {
#pragma unroll
    for (int i = 0; i < kEach; ++i)
      if (i < at.left) codes[at.begin + i] = some.at[i];
  }
}

/// The state after the step; @returns the direction: what times `step` is added to p.
template <StepRule rule>
__device__ inline float advance(const OptimNumbers& k, const OptimNow& now, float g, float& s0, float& s1, float& s2) {
  if constexpr (rule == StepRule::Adam) {
    s0 = k.beta1 * s0 + k.rest1 * g;
    s1 = k.beta2 * s1 + k.rest2 * (g * g);
    return s0 / (sqrtf(s1) + now.eps);
  } else if constexpr (rule == StepRule::AdEMAMix) {
    s0 = k.beta1 * s0 + k.rest1 * g;
    s2 = now.beta3 * s2 + now.rest3 * g;
    s1 = k.beta2 * s1 + k.rest2 * (g * g);
    return (s0 / now.c1 + now.alpha * s2) / (sqrtf(s1) / now.c2 + now.eps);
  } else if constexpr (rule == StepRule::Momentum) {
    s0 = now.isFirst ? g : k.beta1 * s0 + g;
    return s0;
  } else if constexpr (rule == StepRule::Lion) {
    const float mixed = k.beta1 * s0 + k.rest1 * g;
    s0 = k.beta2 * s0 + k.rest2 * g;
    return mixed > 0 ? 1.0f : mixed < 0 ? -1.0f : mixed;  // a NaN stays one
  } else {
    s0 = rule == StepRule::RMSprop ? k.beta1 * s0 + k.rest1 * (g * g) : s0 + g * g;
    return g / (sqrtf(s0) + now.eps);
  }
}

/// A lane's part of a block.
template <StepRule rule, bool is8bit>
struct OptimWork {
  float p[kEach], direction[kEach], s[statesOf(rule)][kEach];
  /// Bit i: element i stays as it is.
  uint32_t skipped = 0;
  OptimNow now;
  Lane at;
  int64_t block, blocks;

  /// Takes up a tensor.
  __device__ void begin(const OptimCommon& common, const OptimTensor& tensor) {
    now = common.numbers;
    if (tensor.row != nullptr) now = rounded(*tensor.row);
  }

  /// Reads block `block` of a tensor and advances its state. `isWide` says that the tensor's pointers are aligned.
  __device__ void take(const OptimCommon& common, const OptimTensor& tensor, const Search8* search, float gradScale, bool isWide, int64_t which) {
    const OptimNumbers& k = common.numbers;
    block = which, blocks = (tensor.n + kOptimBlock - 1) / kOptimBlock;
    at.begin = block * kOptimBlock + static_cast<int>(threadIdx.x) % kWarp * kEach;
    at.left = static_cast<int>(max(int64_t{0}, min(int64_t{kEach}, tensor.n - at.begin)));
    at.isWhole = isWide && (block + 1) * kOptimBlock <= tensor.n;
    float g[kEach];
    if (at.isWhole) takeWhole(common, tensor, search, g);
    else takePart(common, tensor, search, g);
    skipped = 0;
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
      if (gradScale != 1) g[i] *= gradScale;
      const bool isSkipped = (k.skipZeros && g[i] == 0) || (k.skipNonFinite && !(fabsf(g[i]) < INFINITY));
      if (k.coupled != 0) g[i] += k.coupled * p[i];
      float next[3] = {};
#pragma unroll
      for (int j = 0; j < statesOf(rule); ++j) next[j] = s[j][i];
      direction[i] = advance<rule>(k, now, g[i], next[0], next[1], next[2]);
      if (isSkipped) {
        skipped |= 1u << i;
        direction[i] = 0;
        continue;
      }
#pragma unroll
      for (int j = 0; j < statesOf(rule); ++j) s[j][i] = next[j];
    }
  }

  __device__ void step(float by) {
#pragma unroll
    for (int i = 0; i < kEach; ++i)
      if (!(skipped >> i & 1)) p[i] = p[i] * now.keep + by * direction[i];
  }

  __device__ void put(const OptimCommon& common, const OptimTensor& tensor, const Search8* search) const {
    write(common.paramElement, tensor.param, at, p);
#pragma unroll
    for (int i = 0; i < statesOf(rule); ++i) {
      if constexpr (is8bit) writeState(codesOf(tensor, i), absmaxOf(tensor, i), search[mapOf(i)], at, s[i]);
      else writeAs(wideOf(tensor, i), at, s[i]);
    }
  }

  __device__ void takeWhole(const OptimCommon& common, const OptimTensor& tensor, const Search8* search, float (&g)[kEach]) {
    const Raw rawP = loadRaw(common.paramElement, tensor.param, at), rawG = loadRaw(common.gradElement, tensor.grad, at);
    Raw rawS[statesOf(rule)];
    Codes codes[statesOf(rule)];
    float absmax[statesOf(rule)];
#pragma unroll
    for (int i = 0; i < statesOf(rule); ++i) {
      if constexpr (is8bit) codes[i] = load<uint8_t, kEach>(codesOf(tensor, i) + at.begin), absmax[i] = *absmaxOf(tensor, i);
      else rawS[i] = loadRaw(Element::Float32, wideOf(tensor, i), at);
    }
    widen(common.paramElement, rawP, p);
    widen(common.gradElement, rawG, g);
#pragma unroll
    for (int i = 0; i < statesOf(rule); ++i) {
      if constexpr (is8bit) decode(codes[i], absmax[i], search[mapOf(i)], s[i]);
      else widenAs<float>(rawS[i], s[i]);
    }
  }

  __device__ void takePart(const OptimCommon& common, const OptimTensor& tensor, const Search8* search, float (&g)[kEach]) {
    read(common.paramElement, tensor.param, at, p);
    read(common.gradElement, tensor.grad, at, g);
#pragma unroll
    for (int i = 0; i < statesOf(rule); ++i) {
      if constexpr (is8bit) decode(readCodes(codesOf(tensor, i), at), *absmaxOf(tensor, i), search[mapOf(i)], s[i]);
      else readAs(wideOf(tensor, i), at, s[i]);
    }
  }

  /// Elements that are not there become 0, whatever 0 is the code of.
  __device__ void decode(const Codes& codes, float absmax, const Search8& by, float (&to)[kEach]) const {
#pragma unroll
    for (int i = 0; i < kEach; ++i) to[i] = i < at.left ? by.values[codes.at[i]] * absmax : 0.0f;
  }

  // States 0 and 2 lie in state1, one after the other.
  __device__ static float* wideOf(const OptimTensor& t, int i) { return static_cast<float*>(i == 1 ? t.state2 : t.state1) + (i == 2 ? t.n : 0); }
  __device__ static uint8_t* codesOf(const OptimTensor& t, int i) { return static_cast<uint8_t*>(i == 1 ? t.state2 : t.state1) + (i == 2 ? t.n : 0); }
  __device__ float* absmaxOf(const OptimTensor& t, int i) const { return (i == 1 ? t.absmax2 : t.absmax1) + (i == 2 ? blocks : 0) + block; }

  /// Whether whole blocks of a tensor can be read in wide accesses.
  __device__ static bool isWide(const OptimTensor& t) {
    const auto bits = [](const void* pointer) { return static_cast<uint64_t>(reinterpret_cast<uintptr_t>(pointer)); };
    uint64_t states = 0;
    for (int i = 0; i < statesOf(rule); ++i) states |= is8bit ? bits(codesOf(t, i)) : bits(wideOf(t, i));
    return ((bits(t.param) | bits(t.grad)) & 15) == 0 && (states & (is8bit ? 7 : 15)) == 0;
  }
};

/// What the gradients are multiplied by: rounded once, as on the CPU.
__device__ inline float gradFactor(const OptimCommon& common) { return common.gradScale == nullptr ? 1.0f : static_cast<float>(1.0 / *common.gradScale); }

__device__ inline bool isCancelled(const OptimCommon& common) { return common.foundInf != nullptr && *common.foundInf != 0; }

/// Steps the parameters of a batch. The blocks of all of them stand in a row, of which each thread block takes an equal part, so that many small
/// parameters cost no more than a large one, and the search tables are copied once a thread block. Three thread blocks a multiprocessor have 30 KB
/// of loads in flight with 16-bit parameters, more than its share of the memory's bandwidth times the latency (22 KB on an H200).
template <StepRule rule, bool is8bit>
__global__ void __launch_bounds__(kOptimThreads, statesOf(rule) == 1 ? 4 : 3) stepBatch(const __grid_constant__ OptimBatch batch) {
  const OptimCommon& common = batch.common;
  if (isCancelled(common)) return;
  __shared__ Search8 search[is8bit ? mapsOf(rule) : 1];
  if constexpr (is8bit) {
    copySearch8(common.search1, search[0]);
    if constexpr (mapsOf(rule) == 2) copySearch8(common.search2, search[1]);
    __syncthreads();
  }
  const float factor = gradFactor(common);
  const int64_t first = batch.units * blockIdx.x / gridDim.x, last = batch.units * (blockIdx.x + 1) / gridDim.x;
  int64_t unit = first + static_cast<int>(threadIdx.x) / kWarp;
  if (unit >= last) return;
  OptimWork<rule, is8bit> work;
  for (int i = entryAt(batch.tensors, batch.count, unit); unit < last; ++i) {
    const OptimTensor& tensor = batch.tensors[i];
    const int64_t end = min(last, tensor.start + ceilDiv(tensor.n, kOptimBlock));
    const bool isWide = work.isWide(tensor);
    work.begin(common, tensor);
    const float by = common.steps != nullptr ? common.steps[i] : work.now.step;
    for (; unit < end; unit += kOptimWarps) {
      work.take(common, tensor, search, factor, isWide, unit - tensor.start);
      work.step(by);
      work.put(common, tensor, search);
    }
  }
}

template <StepRule rule, bool is8bit>
int stepAll(const OptimCommon& common, const OptimTensor* tensors, int64_t count, void* stream) {
  return forBatches(common, tensors, count, kOptimBlock, [&](OptimBatch& batch, int64_t first) {
    if (batch.units == 0) return 0;
    if (common.steps != nullptr) batch.common.steps += first;
    const unsigned grid = gridFor(ceilDiv(batch.units, kOptimWarps), 4);
    FABRIC_LAUNCH((stepBatch<rule, is8bit>), grid, kOptimThreads, 0, stream, batch);
    return launched();
  });
}

template <bool is8bit>
int stepByRule(const OptimCommon& common, const OptimTensor* tensors, int64_t count, void* stream) {
  switch (common.rule) {
    case StepRule::Adam: return stepAll<StepRule::Adam, is8bit>(common, tensors, count, stream);
    case StepRule::AdEMAMix: return stepAll<StepRule::AdEMAMix, is8bit>(common, tensors, count, stream);
    case StepRule::Momentum: return stepAll<StepRule::Momentum, is8bit>(common, tensors, count, stream);
    case StepRule::Lion: return stepAll<StepRule::Lion, is8bit>(common, tensors, count, stream);
    case StepRule::RMSprop: return stepAll<StepRule::RMSprop, is8bit>(common, tensors, count, stream);
    case StepRule::Adagrad: return stepAll<StepRule::Adagrad, is8bit>(common, tensors, count, stream);
  }
  return static_cast<int>(cudaErrorInvalidValue);
}

}  // namespace fabric::cuda
