// Blocks to 8-bit codes of any ascending table of 256 values, and back: the nearest value to x / absmax, ties to the even index.
#include "entries_quant8.h"
#include "runs.h"

namespace fabric::cuda {
namespace {

constexpr int kValues = 256;
/// Buckets by sign, exponent and seven bits of the mantissa, as on the CPU (native/bnb/kernels/encoder8.h), but only for magnitudes from 2^-24 to 2, which
/// scaled values have: the first bucket of a sign takes all below, the last all above.
constexpr int kPerSign = 25 << 7, kFirst = (127 - 24) << 7;

/// The tables of the search, in shared memory: 7.4 KB.
struct Search8 {
  /// Index i + 1 begins above threshold[i]; the last one is never passed.
  float threshold[kValues];
  /// The lowest index of each bucket.
  uint8_t lowest[2 * kPerSign];
  /// Comparisons that the fullest bucket needs; one for the dynamic maps.
  int comparisons;
};

/// Where index i + 1 begins: the float32 midpoint; a value on it goes to the even index, so up from an odd one.
__device__ inline float thresholdAfter(const float* code, int i) {
  if (i == kValues - 1) return INFINITY;
  const float middle = static_cast<float>((static_cast<double>(code[i]) + static_cast<double>(code[i + 1])) / 2);
  return i % 2 == 1 ? nextafterf(middle, -INFINITY) : middle;
}

/// The least and the largest value of a bucket.
__device__ inline void edgesOf(int bucket, float& least, float& most) {
  const int place = bucket % kPerSign;
  const float inner = place == 0 ? 0.0f : __uint_as_float(static_cast<unsigned>(place + kFirst) << 16);
  const float outer = place == kPerSign - 1 ? INFINITY : __uint_as_float((static_cast<unsigned>(place + kFirst) << 16) | 0xffffu);
  const bool isNegative = bucket >= kPerSign;
  least = isNegative ? -outer : inner;
  most = isNegative ? -inner : outer;
}

__device__ inline int countBelow(const float* threshold, float value) {
  int count = 0;
#pragma unroll
  for (int step = kValues / 2; step > 0; step /= 2)
    if (threshold[count + step - 1] < value) count += step;
  return count;
}

/// All threads of the block come here and may use the search afterwards.
__device__ inline void fillSearch(Search8& search, const float* code) {
  for (int i = threadIdx.x; i < kValues; i += kRunThreads) search.threshold[i] = thresholdAfter(code, i);
  if (threadIdx.x == 0) search.comparisons = 0;
  __syncthreads();
  // A thread takes neighbouring buckets: from one to the next few thresholds are passed.
  constexpr int kEach = 2 * kPerSign / kRunThreads;
  static_assert(kEach * kRunThreads == 2 * kPerSign && kPerSign % kEach == 0, "no thread's buckets lie on both sides of zero");
  const int first = static_cast<int>(threadIdx.x) * kEach;
  int low = -1, comparisons = 0;
  for (int i = 0; i < kEach; ++i) {
    // In ascending order of values.
    const int bucket = first < kPerSign ? first + i : first + kEach - 1 - i;
    float least, most;
    edgesOf(bucket, least, most);
    if (low < 0) low = countBelow(search.threshold, least);
    while (search.threshold[low] < least) ++low;
    int high = low;
    while (high < kValues - 1 && search.threshold[high] < most) ++high;
    search.lowest[bucket] = static_cast<uint8_t>(low);
    comparisons = max(comparisons, high - low);
    low = high;
  }
  atomicMax(&search.comparisons, comparisons);
  __syncthreads();
}

__device__ inline uint8_t encode(const Search8& search, int comparisons, float y) {
  const unsigned bits = __float_as_uint(y);
  const int place = min(max(static_cast<int>(bits >> 16 & 0x7fff) - kFirst, 0), kPerSign - 1);
  int index = search.lowest[place + (bits >> 31 ? kPerSign : 0)];
  for (int i = 0; i < comparisons; ++i) index += y > search.threshold[index];
  return static_cast<uint8_t>(y != y ? 0 : index);
}

template <typename T>
__global__ void __launch_bounds__(kRunThreads, 3) quantize(const T* __restrict__ from, int64_t n, const float* __restrict__ code, int64_t blocksize, int size,
                                                        uint8_t* __restrict__ to, float* __restrict__ absmax) {
  __shared__ Search8 search;
  __shared__ unsigned scratch[kRunThreads / kWarp];
  fillSearch(search, code);
  const int comparisons = search.comparisons;
  const Group group(size);
  const bool isWide = blocksize % kChunk == 0;
  const int64_t blocks = ceilDiv(n, blocksize), step = kRunThreads / size;
  for (int64_t base = blockIdx.x * step; base < blocks; base += gridDim.x * step) {
    const int64_t block = base + threadIdx.x / size, start = block * blocksize;
    const int64_t length = block < blocks ? min(blocksize, n - start) : 0;
    float x[kHeld][kChunk], again[kChunk];
    float most = 0;
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      if (group.at(i) >= length) break;
      loadChunk(from + start + group.at(i), length - group.at(i), isWide, x[i]);
#pragma unroll
      for (int j = 0; j < kChunk; ++j) most = grow(most, x[i][j]);
    }
    for (int64_t i = kHeld; group.at(i) < length; ++i) {
      loadChunk(from + start + group.at(i), length - group.at(i), isWide, again);
#pragma unroll
      for (int j = 0; j < kChunk; ++j) most = grow(most, again[j]);
    }
    most = __uint_as_float(largestOfGroup(__float_as_uint(most), size, scratch));
    if (group.member == 0 && length > 0) absmax[block] = most;
    const BlockScale scale(most);
    const auto write = [&](int64_t at, const float(&values)[kChunk]) {
      Pack<uint8_t, kChunk> codes;
#pragma unroll
      for (int j = 0; j < kChunk; ++j) codes.at[j] = encode(search, comparisons, scale(values[j]));
      storeChunk(to + start + at, length - at, isWide, codes);
    };
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      if (group.at(i) >= length) break;
      write(group.at(i), x[i]);
    }
    for (int64_t i = kHeld; group.at(i) < length; ++i) {
      loadChunk(from + start + group.at(i), length - group.at(i), isWide, again);
      write(group.at(i), again);
    }
  }
}

/// Codes that a thread reads at a time.
constexpr int kCodes = 8;

template <typename T>
__global__ void __launch_bounds__(kRunThreads) dequantize(const uint8_t* __restrict__ codes, int64_t n, const float* __restrict__ absmax, const float* __restrict__ code,
                                                          int64_t blocksize, T* __restrict__ to) {
  __shared__ float values[kValues];
  for (int i = threadIdx.x; i < kValues; i += kRunThreads) values[i] = code[i];
  __syncthreads();
  const int64_t stride = static_cast<int64_t>(gridDim.x) * kRunThreads * kCodes;
  for (int64_t at = (static_cast<int64_t>(blockIdx.x) * kRunThreads + threadIdx.x) * kCodes; at < n; at += stride) {
    int64_t block = at / blocksize, inside = at - block * blocksize;
    float scale = __ldg(absmax + block);
    const auto next = [&](uint8_t byte) {
      if (inside == blocksize) {
        inside = 0;
        scale = __ldg(absmax + ++block);
      }
      ++inside;
      return fromFloat<T>(values[byte] * scale);
    };
    if (at + kCodes <= n) {
      const Pack<uint8_t, kCodes> bytes = load<uint8_t, kCodes>(codes + at);
      Pack<T, kCodes> out;
#pragma unroll
      for (int j = 0; j < kCodes; ++j) out.at[j] = next(bytes.at[j]);
      storeWide(to + at, out);
    } else {
      for (int64_t j = at; j < n; ++j) to[j] = next(codes[j]);
    }
  }
}

}  // namespace

/// `n` values from `from`, aligned to 16 bytes, to codes, aligned to 8, and one float32 a block. `code`: 256 ascending finite values.
/// A block is the work of one thread block at most: blocks of millions of elements do not fill a GPU.
FABRIC_ENTRY fabric_cuda_quantize_blockwise(int element, const void* from, int64_t n, const float* code, int64_t blocksize, uint8_t* to, float* absmax, void* stream) {
  if (n == 0) return 0;
  const int size = groupFor(blocksize < n ? blocksize : n);
  const unsigned grid = gridForRuns(ceilDiv(n, blocksize), size);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    FABRIC_LAUNCH(quantize<T>, grid, kRunThreads, 0, stream, static_cast<const T*>(from), n, code, blocksize, size, to, absmax);
    return launched();
  });
}

/// to[i] = code[codes[i]] * absmax[i / blocksize]; `codes` is aligned to 8 bytes, `to` to 16.
FABRIC_ENTRY fabric_cuda_dequantize_blockwise(int element, const uint8_t* codes, int64_t n, const float* absmax, const float* code, int64_t blocksize, void* to, void* stream) {
  if (n == 0) return 0;
  const unsigned grid = gridFor(ceilDiv(n, int64_t{kRunThreads} * kCodes), 2048 / kRunThreads);
  return withElement(static_cast<Element>(element), [&](auto of) {
    using T = decltype(of);
    FABRIC_LAUNCH(dequantize<T>, grid, kRunThreads, 0, stream, codes, n, absmax, code, blocksize, static_cast<T*>(to));
    return launched();
  });
}

}  // namespace fabric::cuda
