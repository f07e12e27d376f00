// Which CUDA there is: the build, the devices, the versions, the precision of float32 products.
#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <dlfcn.h>

#include "cuda.h"
#include "driver.h"

namespace fabric::cuda {

bool isBuilt() { return at::CUDAHooksRegistry()->Has("CUDAHooks"); }

namespace {

std::string versionText(int64_t number) { return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10); }

int64_t runtimeVersion() { return at::detail::getCUDAHooks().versionCUDART(); }

/// CU_DEVICE_ATTRIBUTE_*
constexpr int kMultiprocessors = 16;
constexpr int kMajor = 75;
constexpr int kMinor = 76;

}  // namespace

std::string whyUnavailable() {
  if (!isBuilt()) return "the loaded libtorch is built without CUDA";
  if (at::globalContext().hasCUDA()) return "";
  const std::string problem = driverProblem();
  if (!problem.empty()) return problem;
  if (driverVersion() / 1000 < runtimeVersion() / 1000) {
    return "the NVIDIA driver supports CUDA " + versionText(driverVersion()) + ", libtorch needs " + versionText(runtimeVersion());
  }
  return "libtorch finds no device";
}

c10::impl::VirtualGuardImpl guard() {
  const std::string problem = whyUnavailable();
  if (!problem.empty()) throw CodedError("FABRIC_MISSING_DEVICE", "no CUDA device can be used: " + problem);
  at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
  return c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA);
}

c10::Device deviceOf(EnvState& s, napi_value index) {
  const int64_t given = intOf(s, index, "device");
  const int64_t count = guard().deviceCount();
  if (given < 0 || given >= count) {
    throw CodedError("FABRIC_MISSING_DEVICE", "there is no CUDA device " + std::to_string(given) + "; " + std::to_string(count) + " can be seen");
  }
  return c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(given));
}

namespace {

/// cudaFacts(): the build, why there is no device, and versions.
napi_value facts(EnvState& s, const Args&) {
  napi_value out = nullptr;
  napi_create_object(s.env, &out);
  const auto& hooks = at::detail::getCUDAHooks();
  const bool built = isBuilt();
  napi_set_named_property(s.env, out, "built", boolValue(s, built));
  napi_set_named_property(s.env, out, "unavailable", textValue(s, whyUnavailable()));
  napi_set_named_property(s.env, out, "version", built ? textValue(s, versionText(runtimeVersion())) : nullValue(s));
  napi_set_named_property(s.env, out, "cudnn", built && hooks.compiledWithCuDNN() ? intValue(s, hooks.versionCuDNN()) : nullValue(s));
  // Libraries that libtorch has brought along; RTLD_NOLOAD brings nothing new.
  int nccl = 0;
  void* library = built ? dlopen("libnccl.so.2", RTLD_LAZY | RTLD_NOLOAD) : nullptr;
  const auto ask = library == nullptr ? nullptr : reinterpret_cast<int (*)(int*)>(dlsym(library, "ncclGetVersion"));
  const bool known = ask != nullptr && ask(&nccl) == 0;
  napi_set_named_property(s.env, out, "nccl", known ? intValue(s, nccl) : nullValue(s));
  napi_set_named_property(s.env, out, "driver", driverVersion() == 0 ? nullValue(s) : textValue(s, versionText(driverVersion())));
  return out;
}

napi_value currentDevice(EnvState& s, const Args&) { return intValue(s, guard().getDevice().index()); }

napi_value setDevice(EnvState& s, const Args& a) {
  guard().setDevice(deviceOf(s, a[0]));
  return undefinedValue(s);
}

/// cudaSynchronize(index): waits for everything on a device.
napi_value synchronize(EnvState& s, const Args& a) {
  guard().synchronizeDevice(deviceOf(s, a[0]).index());
  return undefinedValue(s);
}

napi_value properties(EnvState& s, const Args& a) {
  const int64_t index = deviceOf(s, a[0]).index();
  napi_value out = nullptr;
  napi_create_object(s.env, &out);
  napi_set_named_property(s.env, out, "name", textValue(s, driverDeviceName(index)));
  napi_set_named_property(s.env, out, "major", intValue(s, driverAttribute(kMajor, index)));
  napi_set_named_property(s.env, out, "minor", intValue(s, driverAttribute(kMinor, index)));
  napi_set_named_property(s.env, out, "totalMemory", intValue(s, static_cast<int64_t>(driverTotalMemory(index))));
  napi_set_named_property(s.env, out, "multiProcessorCount", intValue(s, driverAttribute(kMultiprocessors, index)));
  return out;
}

/// cudaSeed(index, seed): the default generator of one device.
napi_value seed(EnvState& s, const Args& a) {
  const auto device = deviceOf(s, a[0]);
  const auto value = static_cast<uint64_t>(intOf(s, a[1], "seed"));
  auto generator = at::globalContext().defaultGenerator(device);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(value);
  return undefinedValue(s);
}

napi_value getMatmulPrecision(EnvState& s, const Args&) {
  switch (at::globalContext().float32MatmulPrecision()) {
    case at::Float32MatmulPrecision::HIGHEST: return textValue(s, "highest");
    case at::Float32MatmulPrecision::HIGH: return textValue(s, "high");
    default: return textValue(s, "medium");
  }
}

napi_value setMatmulPrecision(EnvState& s, const Args& a) {
  at::globalContext().setFloat32MatmulPrecision(stringOf(s, a[0], "precision"));
  return undefinedValue(s);
}

napi_value getCudnnTf32(EnvState& s, const Args&) { return boolValue(s, at::globalContext().allowTF32CuDNN()); }

napi_value setCudnnTf32(EnvState& s, const Args& a) {
  at::globalContext().setAllowTF32CuDNN(boolOf(s, a[0], "allowed"));
  return undefinedValue(s);
}

}  // namespace

void registerDevice(napi_env env, napi_value exports) {
  add(env, exports, "cudaFacts", entry<facts>);
  add(env, exports, "cudaCurrentDevice", entry<currentDevice>);
  add(env, exports, "cudaSetDevice", entry<setDevice>);
  add(env, exports, "cudaSynchronize", entry<synchronize>);
  add(env, exports, "cudaProperties", entry<properties>);
  add(env, exports, "cudaSeed", entry<seed>);
  add(env, exports, "getMatmulPrecision", entry<getMatmulPrecision>);
  add(env, exports, "setMatmulPrecision", entry<setMatmulPrecision>);
  add(env, exports, "getCudnnTf32", entry<getCudnnTf32>);
  add(env, exports, "setCudnnTf32", entry<setCudnnTf32>);
}

}  // namespace fabric::cuda
