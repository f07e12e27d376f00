// Trust ratios of LAMB and LARS, for every device.
#pragma once

#include <cmath>

#include "everywhere.h"
#include "optim_numbers.h"

namespace fabric::FABRIC_LIBRARY {

/// How much of its step a parameter takes: as much as keeps the step's norm within `maxUnorm` times the parameter's. One that is all zeros takes
/// it whole, as LAMB and LARS have it in their papers; the cap would keep it at zero for ever.
FABRIC_EVERYWHERE inline double trustOf(const TrustNumbers& t, double directionSquares, double paramSquares, double& unorm) {
  unorm = sqrt(directionSquares) * t.perDirection;
  const double cap = t.maxUnorm * sqrt(paramSquares) + t.slack;
  return paramSquares > 0 && unorm > cap ? cap / unorm : 1;
}

}  // namespace fabric::FABRIC_LIBRARY
