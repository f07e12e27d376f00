// Gives every operator of namespace fabric a twin in fabric_emulated, which the emulated kernels then fill.
#ifdef FABRIC_EMULATED
#include "common.h"

TORCH_LIBRARY_FRAGMENT(fabric_emulated, m) {
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames()) {
    if (name.name.rfind("fabric::", 0) != 0) continue;
    const auto op = c10::Dispatcher::singleton().findSchema(name);
    if (!op.has_value() || !op->hasSchema()) continue;
    m.def(op->schema().cloneWithName("fabric_emulated::" + name.name.substr(8), name.overload_name));
  }
}
#endif
