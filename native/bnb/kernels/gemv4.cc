#include "gemv4.h"

#include "../../common/kernels/isa.h"

namespace fabric::bnb {

FABRIC_PICK(Gemv4, gemv4)

}  // namespace fabric::bnb
