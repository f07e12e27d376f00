#include "int8_mm.h"

#include "../../common/kernels/isa.h"

namespace fabric::bnb {

FABRIC_PICK(Int8Mm, int8Mm)

}  // namespace fabric::bnb
