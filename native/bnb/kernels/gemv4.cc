#include "gemv4.h"

#include "isa.h"

namespace fabric::bnb {

BNB_PICK(Gemv4, gemv4)

}  // namespace fabric::bnb
