// Signed 8-bit codes, for the operators that multiply them.
#pragma once

#include "common.h"

#include "../kernels/entries_int8_codes.h"

namespace fabric::cuda {

/// Length of sums of products that fit 32 bits whatever the codes are.
constexpr int64_t kLongest = 131071;

/// The columns with outliers, all on the device, so that nobody waits for it. Undefined where there is no threshold.
struct OutlierColumns {
  /// One bit a column in words of 32, as int32.
  Tensor marks;
  /// [capacity], int64: the columns, ascending; only the first min(counts[0], capacity) hold something.
  Tensor list;
  /// [2], int32: how many columns there are, and 1 if that is more than the capacity, else 0.
  Tensor counts;
};

struct RowCodes {
  Tensor codes, stats;
  OutlierColumns outliers;
};

/// `a` as rows of its last dimension to codes like it and one scale a row, as fabric::int8_vectorwise_quant has them, with columns of zeros where
/// outliers are (all of them, whatever the capacity). Queues up to three kernels and waits for nothing. @throws for arguments that the operator refuses.
RowCodes quantizeRows(const Tensor& a, double threshold, bool roundHalf, int64_t capacity);

}  // namespace fabric::cuda
