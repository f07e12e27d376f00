// The addon's entry: one state an environment, then the entries by area.
#include <ATen/Context.h>
#include <napi.h>

#include "cuda/cuda.h"
#include "fabric/entry.h"
#include "fabric/memory.h"
#include "half/capability.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  fabric::installAllocator();
  // On hardware that NNPACK does not know it warns at every convolution; oneDNN serves those anyway.
  at::globalContext().setUserEnabledNNPACK(false);
  fabric::half::install();
  auto* state = new fabric::EnvState(env);
  fabric::registerState(state);
  napi_set_instance_data(
      env, state,
      [](node_api_basic_env, void* data, void*) {
        auto* s = static_cast<fabric::EnvState*>(data);
        s->dead = true;
        s->slots.clear();
        fabric::environmentEnded();
        s->release();
      },
      nullptr);
  fabric::installWarningHandler(*state);
  fabric::registerCalls(env, exports);
  fabric::registerTensors(env, exports);
  fabric::registerScopes(env, exports);
  fabric::registerModes(env, exports);
  fabric::registerAutograd(env, exports);
  fabric::registerRandom(env, exports);
  fabric::registerRuntime(env, exports);
  fabric::registerFiles(env, exports);
  fabric::registerShare(env, exports);
  fabric::registerStorage(env, exports);
  fabric::cuda::registerDevice(env, exports);
  fabric::cuda::registerStreams(env, exports);
  fabric::cuda::registerMemory(env, exports);
  fabric::cuda::registerGraphs(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(fabric_torch, Init)
