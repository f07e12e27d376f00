// Per-environment state: the handle table, scopes, default dtype and the memory that V8 is told about.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <c10/core/ScalarType.h>
#include <node_api.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace fabric {

struct EnvState;

/// What an External of ours points to; `kind` is checked before any cast.
struct Boxed {
  enum Kind : uint32_t { kTensor = 0x46414254, kBatch = 0x46414255, kGenerator = 0x46414247, kFile = 0x46414246, kNode = 0x4641424e,
                        kEvent = 0x46414245, kGraph = 0x46414244 };
  Kind kind;
  EnvState* state;
  Boxed(Kind k, EnvState* s) : kind(k), state(s) {}
  virtual ~Boxed() = default;
};

/// A tensor whose life the garbage collector decides.
struct TensorBox final : Boxed {
  at::Tensor tensor;
  uint8_t device = 0;
  TensorBox(EnvState* s, at::Tensor t);
  ~TensorBox() override;
  void clear();
};

/// A few small tensors that share one collected anchor: an anchor costs as much as a small operator. Only tensors of at
/// most 1 KiB without a graph are put here, so what a survivor keeps alive is bounded by 3 KiB.
struct BatchBox final : Boxed {
  static constexpr size_t kSize = 4;
  static constexpr size_t kMaxBytes = 1024;
  std::vector<uint64_t> handles;
  explicit BatchBox(EnvState* s) : Boxed(kBatch, s) {}
  ~BatchBox() override;
};

/// A JS value that C++ holds; it may die on any thread or inside a collection, so its release is deferred.
class JsRef {
 public:
  JsRef(EnvState* state, napi_value value);
  ~JsRef();
  JsRef(const JsRef&) = delete;
  JsRef& operator=(const JsRef&) = delete;
  napi_value value() const;
  EnvState* state() const { return state_; }

 private:
  EnvState* state_;
  napi_ref ref_ = nullptr;
};

/// An error with a stable code, translated into a JS error at the boundary.
struct CodedError : std::runtime_error {
  const char* code;
  CodedError(const char* c, const std::string& message) : std::runtime_error(message), code(c) {}
};

/// An exception thrown by JS code that libtorch called; rethrown unchanged at the boundary.
struct JsException : std::runtime_error {
  std::shared_ptr<JsRef> thrown;  // an array of one, since references hold objects only
  explicit JsException(std::shared_ptr<JsRef> t) : std::runtime_error("a JavaScript callback threw"), thrown(std::move(t)) {}
};

class CallGuard;
/// Environments (the main thread and workers) that use the addon.
extern std::atomic<int> environmentCount;

struct EnvState {
  explicit EnvState(napi_env e);

  napi_env env;
  std::thread::id thread;
  bool dead = false;      // the environment is gone; boxes may outlive it for a moment
  uint64_t refs = 1;      // this environment plus every box
  std::array<int64_t, 32> live{};  // handles by device type

  // Scoped tier: handle = generation * 2^24 + index.
  struct Slot {
    at::Tensor tensor;
    uint32_t generation = 1;
    uint8_t device = 0;
  };
  std::vector<Slot> slots;
  std::vector<uint32_t> freeSlots;
  std::vector<uint64_t> scoped;  // handles in order of making
  struct Mark {
    size_t start;
    bool isScope;
  };
  std::vector<Mark> marks;
  bool inScope = false;
  BatchBox* batch = nullptr;     // where small tensors made outside scopes go
  napi_ref anchors = nullptr;    // a JS array whose element 0 is the current batch's anchor
  std::vector<uint64_t> dying;   // of batches collected during a native call
  int64_t collected = 0;         // handles that wait for the collector

  at::ScalarType defaultDtype = at::ScalarType::Float;
  at::Generator ownGenerator;  // of a thread that must not draw from the process's generator
  CallGuard* guard = nullptr;              // of the native call in progress
  std::deque<std::vector<c10::IValue>> stacks;  // one a nesting level of operator calls
  size_t stackDepth = 0;
  std::atomic<int> guardsOpen{0};     // backward calls that may reach guarded tensors
  std::atomic<int> jsAutograd{0};     // live JS autograd nodes and hooks
  int64_t reportedBytes = 0;
  uint64_t cudaDevices = 0;     // bit i: a tensor on device i has had a handle here
  int64_t cudaBytes = 0;        // what their allocator said last
  int64_t sinceCudaLook = 0;    // bytes that came and went since then
  napi_ref onWarning = nullptr;
  std::vector<std::string> warnings;

  std::mutex deferredMutex;
  std::vector<napi_ref> deferredRefs;
  std::atomic<bool> hasDeferred{false};

  uint64_t put(at::Tensor&& t);
  /// Before every call: a full batch gives way to a new one, so that all results of a call share one.
  void rollBatch() {
    if (batch == nullptr || batch->handles.size() >= BatchBox::kSize) newBatch();
  }
  void newBatch();
  at::Tensor& at(uint64_t handle);
  void freeSlot(uint64_t handle);
  void beginMark(bool isScope);
  void reportMemory(bool isCollecting = false);
  /// A handle on a CUDA tensor came or went: asks the allocator now and then, since each time costs a lock.
  void noteCuda(int64_t bytes);
  void drainDeferred();
  void release();
};

EnvState& stateOf(napi_env env);
void registerState(EnvState* s);
void environmentEnded();

/// The tensor behind a JS handle; throws FABRIC_TENSOR_DISPOSED or FABRIC_TENSOR_ARGUMENT.
at::Tensor& tensorOf(EnvState& s, napi_value v);
/// A new handle: a number inside a scope, else an External; null for an undefined tensor.
napi_value wrap(EnvState& s, at::Tensor t);
/// A garbage-collected handle whatever the scope.
napi_value wrapKept(EnvState& s, at::Tensor t);
napi_value wrapBox(EnvState& s, Boxed* box);

void disposeHandle(EnvState& s, napi_value v);

/// Sets the process-wide default dtype for one native call. libtorch's default is shared by all threads: an environment
/// that wants another one holds the lock alone, the others share it, so no worker ever sees a neighbour's choice.
/// (Kept in the environment's state: thread-local variables of a shared library cost a call each.)
class CallGuard {
 public:
  explicit CallGuard(EnvState& s) : state_(s), outer_(s.guard) {
    if ((s.defaultDtype != at::ScalarType::Float || environmentCount.load(std::memory_order_relaxed) > 1) &&
        (outer_ == nullptr || outer_->mode_ == 0)) {
      acquire();
    }
    s.guard = this;
  }
  ~CallGuard() {
    if (mode_ != 0) releaseLock();
    state_.guard = outer_;
  }
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;
  /// While JS runs inside a native call.
  static void suspend(EnvState& s);
  static void resume(EnvState& s);

 private:
  void acquire();
  void releaseLock();
  EnvState& state_;
  CallGuard* outer_;
  int mode_ = 0;  // 0 none, 1 shared, 2 exclusive
};

}  // namespace fabric
