#include "quant8.h"

#include "../../common/kernels/isa.h"

namespace fabric::bnb {

FABRIC_PICK(Quant8, quant8)

}  // namespace fabric::bnb
