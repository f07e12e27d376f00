#pragma once

#include <ATen/core/Generator.h>

#include "fabric/env.h"

namespace fabric {

struct GeneratorBox final : Boxed {
  at::Generator generator;
  GeneratorBox(EnvState* s, at::Generator g) : Boxed(kGenerator, s), generator(std::move(g)) {}
};

at::Generator generatorOf(EnvState& s, napi_value v);

}  // namespace fabric
