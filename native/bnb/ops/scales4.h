// The scales of 4-bit codes, where double quantisation has made codes of them too.
#pragma once

#include <optional>
#include <vector>

#include "../../common/ops/common.h"

namespace fabric::bnb {

class Scales4 {
 public:
  Scales4() = default;
  /// Plain float32 `absmax` without `nestedAbsmax`; with it 8-bit codes of `nestedCode` in blocks of `nestedBlocksize`. @throws for what does not fit.
  Scales4(const Tensor& absmax, const std::optional<Tensor>& nestedAbsmax, const std::optional<Tensor>& nestedCode, const std::optional<Tensor>& nestedOffset,
          int64_t nestedBlocksize);

  int64_t count() const { return absmax_.numel(); }

  /// A pointer `p` whose p[b] is the scale of block b for b in [first, last): a nested one is code * absmax, rounded, + offset, rounded. It holds until
  /// the next call of the thread: nested scales are made in a buffer of its own.
  const float* of(int64_t first, int64_t last) const;

 private:
  Tensor absmax_, nestedAbsmax_, nestedCode_;
  float offset_ = 0;
  int64_t nestedBlocksize_ = 0;
};

}  // namespace fabric::bnb
