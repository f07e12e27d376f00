// Tensors handed from one thread's environment to another's, without a copy: libtorch's memory is the process's.
#include <ATen/ATen.h>

#include <mutex>
#include <unordered_map>

#include "fabric/entry.h"

namespace fabric {
namespace {

std::mutex sharedMutex;
std::unordered_map<int64_t, at::Tensor> sharedTensors;
int64_t nextToken = 1;

at::Tensor takeToken(int64_t token) {
  std::lock_guard<std::mutex> lock(sharedMutex);
  const auto found = sharedTensors.find(token);
  if (found == sharedTensors.end()) return {};
  at::Tensor t = std::move(found->second);
  sharedTensors.erase(found);
  return t;
}

/// shareTensor(t): a number by which another thread takes the tensor, once. A graph belongs to the thread that made it.
napi_value shareTensor(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  TORCH_CHECK(t.grad_fn() == nullptr, "a tensor with a graph cannot be handed to another thread; detach it first");
  // A new tensor over the same storage: nothing but memory is shared between the threads.
  at::Tensor alias = t.is_inference() ? t.clone() : t.detach();
  if (t.requires_grad()) alias.set_requires_grad(true);
  std::lock_guard<std::mutex> lock(sharedMutex);
  const int64_t token = nextToken++;
  sharedTensors.emplace(token, std::move(alias));
  return intValue(s, token);
}

napi_value takeShared(EnvState& s, const Args& a) {
  at::Tensor t = takeToken(intOf(s, a[0], "token"));
  TORCH_CHECK(t.defined(), "this tensor was taken already, or dropped");
  return wrap(s, std::move(t));
}

/// dropShared(token): frees what nobody will take. @return whether it was there.
napi_value dropShared(EnvState& s, const Args& a) { return boolValue(s, takeToken(intOf(s, a[0], "token")).defined()); }

/// sharedCount(): tensors under way.
napi_value sharedCount(EnvState& s, const Args&) {
  std::lock_guard<std::mutex> lock(sharedMutex);
  return intValue(s, static_cast<int64_t>(sharedTensors.size()));
}

}  // namespace

void registerShare(napi_env env, napi_value exports) {
  add(env, exports, "shareTensor", entry<shareTensor>);
  add(env, exports, "takeShared", entry<takeShared>);
  add(env, exports, "dropShared", entry<dropShared>);
  add(env, exports, "sharedCount", entry<sharedCount>);
}

}  // namespace fabric
