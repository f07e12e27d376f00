// Makes the search tables of 8-bit maps on the device, since the maps lie there and the host must not wait for them.
#include "search8.h"

#include "entries_optim.h"
#include "multi_tensor.h"

namespace fabric::cuda {
namespace {

constexpr int kThreads = 1024;

struct Maps {
  static constexpr int kMost = 64;
  const float* at[kMost];
};

/// How many thresholds are below `value`.
__device__ int countBelow(const float* thresholds, float value) {
  int first = 0;
  for (int length = 255; length > 0;) {
    const int half = length / 2;
    if (thresholds[first + half] < value) first += half + 1, length -= half + 1;
    else length = half;
  }
  return first;
}

__global__ void __launch_bounds__(kThreads) makeSearch8(const __grid_constant__ Maps maps, Search8* tables) {
  __shared__ Search8 table;
  const float* map = maps.at[blockIdx.x];
  const int thread = threadIdx.x;
  if (thread < 256) table.values[thread] = map[thread];
  if (thread == 0) table.comparisons = 0, table.unused[0] = table.unused[1] = 0;
  __syncthreads();
  if (thread < 255) {
    const float middle = static_cast<float>((static_cast<double>(table.values[thread]) + static_cast<double>(table.values[thread + 1])) / 2);
    // A value on the midpoint goes to the even index: up from an odd one.
    table.thresholds[thread] = thread % 2 == 1 ? nextafterf(middle, -INFINITY) : middle;
  }
  if (thread == 255) table.thresholds[255] = INFINITY;
  __syncthreads();
  if (thread == 0) table.zero = countBelow(table.thresholds, 0.0f);
  for (int bucket = thread; bucket < static_cast<int>(sizeof table.lowest[0]); bucket += kThreads) {
    // What is above, and the padding, begins with index 0.
    const bool isReal = bucket < Search8::kBuckets - 1;
    const uint32_t last = (static_cast<uint32_t>(bucket) + Search8::kFirst - 1) << 16 | 0xffffu, first = bucket == 0 ? 0 : last & 0xffff0000u;
    const float least = __uint_as_float(first), most = __uint_as_float(last);
    const int low = countBelow(table.thresholds, least), high = countBelow(table.thresholds, most);
    const int lowMinus = countBelow(table.thresholds, -most), highMinus = countBelow(table.thresholds, -least);
    table.lowest[0][bucket] = static_cast<uint8_t>(isReal ? low : 0);
    table.lowest[1][bucket] = static_cast<uint8_t>(isReal ? lowMinus : 0);
    if (isReal) atomicMax(&table.comparisons, max(high - low, highMinus - lowMinus));
  }
  __syncthreads();
  for (int i = thread; i < static_cast<int>(sizeof(Search8) / 16); i += kThreads)
    reinterpret_cast<uint4*>(tables + blockIdx.x)[i] = reinterpret_cast<const uint4*>(&table)[i];
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int64_t fabric_cuda_search8_bytes() { return sizeof(Search8); }

FABRIC_ENTRY fabric_cuda_search8(const float* const* maps, int64_t count, void* tables, void* stream) {
  for (int64_t begin = 0; begin < count; begin += Maps::kMost) {
    const int several = static_cast<int>(count - begin < Maps::kMost ? count - begin : Maps::kMost);
    Maps some{};
    for (int i = 0; i < several; ++i) some.at[i] = maps[begin + i];
    FABRIC_LAUNCH(makeSearch8, several, kThreads, 0, stream, some, static_cast<Search8*>(tables) + begin);
    if (const int status = launched(); status != 0) return status;
  }
  return 0;
}

}  // namespace fabric::cuda
