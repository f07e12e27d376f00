// Registers the fused pieces with the dispatcher, once a process.
#include <torch/library.h>

#include "fused.h"

namespace fabric::fused {

void defineAmp(torch::Library& fabric);
void implementAmpOnCpu(torch::Library& fabric);
void defineStochastic(torch::Library& fabric);
void implementStochasticOnCpu(torch::Library& fabric);

void install(torch::Library& aten) {
  static torch::Library fabric(torch::Library::FRAGMENT, "fabric", std::nullopt, __FILE__, __LINE__);
  defineAmp(fabric);
  defineStochastic(fabric);
  static torch::Library onCpu(torch::Library::IMPL, "fabric", c10::DispatchKey::CPU, __FILE__, __LINE__);
  implementAmpOnCpu(onCpu);
  implementStochasticOnCpu(onCpu);
  registerOptimizers(aten);
}

}  // namespace fabric::fused
