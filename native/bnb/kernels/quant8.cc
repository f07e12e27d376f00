#include "quant8.h"

#include "isa.h"

namespace fabric::bnb {

BNB_PICK(Quant8, quant8)

}  // namespace fabric::bnb
