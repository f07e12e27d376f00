#include "optim8.h"

#include "../../common/kernels/isa.h"

namespace fabric::bnb {

FABRIC_PICK(Optim8, optim8)

}  // namespace fabric::bnb
