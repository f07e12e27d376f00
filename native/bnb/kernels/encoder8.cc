#include "encoder8.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace fabric::bnb {
namespace {

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// How many thresholds are below `value`.
int countBelow(const float* thresholds, float value) {
  return static_cast<int>(std::lower_bound(thresholds, thresholds + 255, value) - thresholds);
}

}  // namespace

Encoder8::Encoder8(const float* code) : lowest(kBuckets + 3), comparisons(0) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (int i = 0; i < 255; ++i) {
    // In float64 the sum of two floats and its half are exact; the float32 midpoint is what the reference compares with.
    const float middle = static_cast<float>((static_cast<double>(code[i]) + static_cast<double>(code[i + 1])) / 2);
    // A value on the midpoint goes to the even index: up from an odd one.
    thresholds[i] = i % 2 == 1 ? std::nextafter(middle, -infinity) : middle;
  }
  thresholds[255] = infinity;
  for (int bucket = 0; bucket < kBuckets; ++bucket) {
    const uint32_t first = static_cast<uint32_t>(bucket) << 16, last = first | 0xffffu;
    float least = floatOf(first), most = floatOf(last);
    if (std::isnan(least)) continue;  // stays 0, and no comparison with a NaN is true
    if (std::isnan(most)) most = least;  // the bucket of infinity
    if (most < least) std::swap(least, most);
    const int low = countBelow(thresholds, least), high = countBelow(thresholds, most);
    lowest[bucket] = static_cast<uint8_t>(low);
    comparisons = std::max(comparisons, high - low);
  }
  zero = static_cast<uint8_t>(countBelow(thresholds, 0.0f));
}

}  // namespace fabric::bnb
