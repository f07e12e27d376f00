#include "cast8.h"

#include "../../common/kernels/isa.h"

namespace fabric::te {

FABRIC_PICK(Cast8, cast8)

}  // namespace fabric::te
