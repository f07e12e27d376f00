#include "optim8.h"

#include "isa.h"

namespace fabric::bnb {

BNB_PICK(Optim8, optim8)

}  // namespace fabric::bnb
