#include "int8_codes.h"

#include "isa.h"

namespace fabric::bnb {

BNB_PICK(Int8Codes, int8Codes)

}  // namespace fabric::bnb
