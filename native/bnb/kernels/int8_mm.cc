#include "int8_mm.h"

#include "isa.h"

namespace fabric::bnb {

BNB_PICK(Int8Mm, int8Mm)

}  // namespace fabric::bnb
