// The scales of 4-bit codes on their way from tensors to the kernels.
#pragma once

#include "../../common/ops/codes4.h"
#include "common.h"

#include "../kernels/entries_quant4.h"

namespace fabric::cuda {

/// Checks the scales as the CPU's operators do, and keeps what the kernels' pointers point to.
class Scales4 {
 public:
  /// Plain float32 `absmax` without `nestedAbsmax`; with it 8-bit codes of `nestedCode` in blocks of `nestedBlocksize`. @throws for what does not fit.
  Scales4(const Tensor& absmax, const std::optional<Tensor>& nestedAbsmax, const std::optional<Tensor>& nestedCode, const std::optional<Tensor>& nestedOffset,
          int64_t nestedBlocksize);

  int64_t count() const { return absmax_.numel(); }
  FabricScales4 pointers() const;

 private:
  Tensor absmax_, nestedAbsmax_, nestedCode_, nestedOffset_;
  int64_t nestedBlocksize_ = 0;
};

}  // namespace fabric::cuda
