// Generators and the process's random state.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include "fabric/entry.h"
#include "fabric/generator.h"

namespace fabric {

at::Generator generatorOf(EnvState& s, napi_value v) {
  void* data = nullptr;
  if (napi_get_value_external(s.env, v, &data) != napi_ok || data == nullptr || static_cast<Boxed*>(data)->kind != Boxed::kGenerator) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a Generator");
  }
  return static_cast<GeneratorBox*>(data)->generator;
}

namespace {

uint64_t seedOf(EnvState& s, napi_value v) { return static_cast<uint64_t>(intOf(s, v, "seed")); }

napi_value unsignedValue(EnvState& s, uint64_t v) {
  napi_value out = nullptr;
  if (v <= 9007199254740991u) {
    napi_create_double(s.env, static_cast<double>(v), &out);
  } else {
    napi_create_bigint_uint64(s.env, v, &out);
  }
  return out;
}

/// This thread's default CPU generator when v is nullish, else v's.
at::Generator generatorOrDefault(EnvState& s, napi_value v) {
  if (!isNullish(s, v)) return generatorOf(s, v);
  return s.ownGenerator.defined() ? s.ownGenerator : at::detail::getDefaultCPUGenerator();
}

napi_value manualSeed(EnvState& s, const Args& a) {
  const uint64_t seed = seedOf(s, a[0]);
  if (s.ownGenerator.defined()) {
    s.ownGenerator.set_current_seed(seed);
  } else {
    at::manual_seed(seed);
  }
  return undefinedValue(s);
}

/// ownGenerator(seed): from now on this thread's default CPU generator is one of its own; libtorch's is shared by all threads.
napi_value ownGenerator(EnvState& s, const Args& a) {
  s.ownGenerator = at::detail::createCPUGenerator(seedOf(s, a[0]));
  return undefinedValue(s);
}

/// generatorDefault(device): the default generator of a device.
napi_value generatorDefault(EnvState& s, const Args& a) {
  const c10::Device device = deviceOf(intOf(s, a[0], "device"));
  if (device.is_cpu() && s.ownGenerator.defined()) return wrapBox(s, new GeneratorBox(&s, s.ownGenerator));
  return wrapBox(s, new GeneratorBox(&s, at::globalContext().defaultGenerator(device)));
}

napi_value generatorNew(EnvState& s, const Args& a) {
  const c10::Device device = deviceOf(intOf(s, a[0], "device"));
  if (device.is_cpu()) return wrapBox(s, new GeneratorBox(&s, at::detail::createCPUGenerator()));
  return wrapBox(s, new GeneratorBox(&s, at::globalContext().getAcceleratorHooksInterface(device.type()).getNewGenerator(device.index())));
}

napi_value generatorSeed(EnvState& s, const Args& a) {
  auto g = generatorOrDefault(s, a[0]);
  const uint64_t seed = seedOf(s, a[1]);
  std::lock_guard<std::mutex> lock(g.mutex());
  g.set_current_seed(seed);
  return undefinedValue(s);
}

napi_value generatorReseed(EnvState& s, const Args& a) {
  auto g = generatorOrDefault(s, a[0]);
  std::lock_guard<std::mutex> lock(g.mutex());
  return unsignedValue(s, g.seed());
}

napi_value generatorInitialSeed(EnvState& s, const Args& a) { return unsignedValue(s, generatorOrDefault(s, a[0]).current_seed()); }

napi_value generatorGetState(EnvState& s, const Args& a) {
  auto g = generatorOrDefault(s, a[0]);
  std::lock_guard<std::mutex> lock(g.mutex());
  return wrap(s, g.get_state());
}

napi_value generatorSetState(EnvState& s, const Args& a) {
  auto g = generatorOrDefault(s, a[0]);
  const at::Tensor state = tensorOf(s, a[1]).to(at::kCPU);
  TORCH_CHECK(state.scalar_type() == at::kByte && state.dim() == 1, "a generator's state is a uint8 vector made by getState()");
  std::lock_guard<std::mutex> lock(g.mutex());
  g.set_state(state);
  return undefinedValue(s);
}

napi_value generatorDevice(EnvState& s, const Args& a) { return intValue(s, deviceCode(generatorOf(s, a[0]).device())); }

}  // namespace

void registerRandom(napi_env env, napi_value exports) {
  add(env, exports, "manualSeed", entry<manualSeed>);
  add(env, exports, "ownGenerator", entry<ownGenerator>);
  add(env, exports, "generatorNew", entry<generatorNew>);
  add(env, exports, "generatorDefault", entry<generatorDefault>);
  add(env, exports, "generatorSeed", entry<generatorSeed>);
  add(env, exports, "generatorReseed", entry<generatorReseed>);
  add(env, exports, "generatorInitialSeed", entry<generatorInitialSeed>);
  add(env, exports, "generatorGetState", entry<generatorGetState>);
  add(env, exports, "generatorSetState", entry<generatorSetState>);
  add(env, exports, "generatorDevice", entry<generatorDevice>);
}

}  // namespace fabric
