#include "int8_codes.h"

#include "../../common/kernels/isa.h"

namespace fabric::bnb {

FABRIC_PICK(Int8Codes, int8Codes)

}  // namespace fabric::bnb
