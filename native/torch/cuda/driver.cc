#include "driver.h"

#include <c10/util/Exception.h>

#include <dlfcn.h>

namespace fabric::cuda {
namespace {

void* library() {
  static void* const handle = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  return handle;
}

template <typename Function>
Function symbol(const char* name) {
  TORCH_CHECK(library() != nullptr, "the CUDA driver, libcuda.so.1, could not be loaded");
  const auto found = reinterpret_cast<Function>(dlsym(library(), name));
  TORCH_CHECK(found != nullptr, "the CUDA driver lacks ", name);
  return found;
}

int deviceAt(int64_t index) {
  static const auto init = symbol<int (*)(unsigned)>("cuInit");
  static const auto get = symbol<int (*)(int*, int)>("cuDeviceGet");
  int device = 0;
  TORCH_CHECK(init(0) == 0 && get(&device, static_cast<int>(index)) == 0, "the CUDA driver knows no device ", index);
  return device;
}

std::string errorText(int code) {
  using Text = int (*)(int, const char**);
  const auto ask = reinterpret_cast<Text>(dlsym(library(), "cuGetErrorString"));
  const char* text = nullptr;
  if (ask != nullptr && ask(code, &text) == 0 && text != nullptr) return std::string(text) + " (error " + std::to_string(code) + ")";
  return "error " + std::to_string(code);
}

}  // namespace

int driverAttribute(int attribute, int64_t index) {
  static const auto ask = symbol<int (*)(int*, int, int)>("cuDeviceGetAttribute");
  const int device = deviceAt(index);
  int value = 0;
  TORCH_CHECK(ask(&value, attribute, device) == 0, "the CUDA driver did not tell attribute ", attribute, " of device ", index);
  return value;
}

std::string driverDeviceName(int64_t index) {
  static const auto ask = symbol<int (*)(char*, int, int)>("cuDeviceGetName");
  char name[256] = {};
  TORCH_CHECK(ask(name, sizeof(name) - 1, deviceAt(index)) == 0, "the CUDA driver did not tell the name of device ", index);
  return name;
}

uint64_t driverTotalMemory(int64_t index) {
  static const auto ask = symbol<int (*)(size_t*, int)>("cuDeviceTotalMem_v2");
  size_t bytes = 0;
  TORCH_CHECK(ask(&bytes, deviceAt(index)) == 0, "the CUDA driver did not tell the memory of device ", index);
  return bytes;
}

int driverVersion() {
  if (library() == nullptr) return 0;
  const auto ask = reinterpret_cast<int (*)(int*)>(dlsym(library(), "cuDriverGetVersion"));
  int version = 0;
  return ask != nullptr && ask(&version) == 0 ? version : 0;
}

std::string driverProblem() {
  if (library() == nullptr) return "the NVIDIA driver is not installed: libcuda.so.1 was not found";
  const auto init = reinterpret_cast<int (*)(unsigned)>(dlsym(library(), "cuInit"));
  const auto count = reinterpret_cast<int (*)(int*)>(dlsym(library(), "cuDeviceGetCount"));
  if (init == nullptr || count == nullptr) return "libcuda.so.1 is no CUDA driver";
  const int code = init(0);
  if (code != 0) return "the NVIDIA driver cannot start: " + errorText(code);
  int devices = 0;
  if (count(&devices) != 0 || devices == 0) return "the NVIDIA driver sees no device; see CUDA_VISIBLE_DEVICES and nvidia-smi";
  return "";
}

}  // namespace fabric::cuda
