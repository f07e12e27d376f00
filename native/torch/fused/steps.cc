#include "steps.h"

#include "fabric/isa.h"

namespace fabric::fused {

namespace DEFAULT {
const Steps& table();
}
namespace AVX2 {
const Steps& table();
}

const Steps& steps() {
  static const auto chosen = FABRIC_ISA(table);
  return chosen();
}

}  // namespace fabric::fused
