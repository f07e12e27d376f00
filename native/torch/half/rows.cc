#include "rows.h"

#include "fabric/isa.h"

namespace fabric::half {

namespace DEFAULT {
const Rows& rows(c10::ScalarType dtype);
}
namespace AVX2 {
const Rows& rows(c10::ScalarType dtype);
}

const Rows& rowsOf(c10::ScalarType dtype) {
  static const auto chosen = FABRIC_ISA(rows);
  return chosen(dtype);
}

}  // namespace fabric::half
