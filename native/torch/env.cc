// The handle table, its two tiers and the default-dtype guard.
#include "fabric/env.h"

#include <c10/core/DefaultDtype.h>

#include <algorithm>
#include <shared_mutex>
#include <unordered_map>

#include "fabric/memory.h"

namespace fabric {

std::atomic<int> environmentCount{0};

namespace {

constexpr uint64_t kIndexBits = 24;
constexpr uint64_t kIndexMask = (uint64_t{1} << kIndexBits) - 1;
constexpr uint32_t kMaxGeneration = (1u << 29) - 1;
constexpr int64_t kHandleBytes = 512;  // TensorImpl, StorageImpl and bookkeeping, roughly
constexpr int64_t kReportStep = 1 << 20;  // tell V8 about memory in steps of 1 MiB
constexpr int64_t kCudaHandle = kReportStep / 16;  // small CUDA tensors count as much, so that many of them are noticed too

std::shared_mutex dtypeMutex;
thread_local EnvState* threadState = nullptr;

[[noreturn]] void throwDisposed() {
  throw CodedError("FABRIC_TENSOR_DISPOSED", "this tensor was disposed, or its scope has ended");
}

}  // namespace

EnvState::EnvState(napi_env e) : env(e), thread(std::this_thread::get_id()) { environmentCount.fetch_add(1); }

void registerState(EnvState* s) { threadState = s; }

void environmentEnded() {
  environmentCount.fetch_sub(1);
  threadState = nullptr;
}

EnvState& stateOf(napi_env env) {
  if (threadState != nullptr && threadState->env == env) return *threadState;
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<EnvState*>(data);
}

uint64_t EnvState::put(at::Tensor&& t) {
  uint32_t index;
  if (!freeSlots.empty()) {
    index = freeSlots.back();
    freeSlots.pop_back();
  } else {
    if (slots.size() > kIndexMask) throw CodedError("FABRIC_USAGE_SCOPE_LIMIT", "a scope holds more than 16 million tensors");
    index = static_cast<uint32_t>(slots.size());
    slots.emplace_back();
  }
  Slot& slot = slots[index];
  slot.device = static_cast<uint8_t>(t.device().type());
  slot.tensor = std::move(t);
  ++live[slot.device];
  return (uint64_t{slot.generation} << kIndexBits) | index;
}

void EnvState::newBatch() {
  if (anchors == nullptr) return;
  std::vector<uint64_t> unused;
  unused.swap(dying);
  for (const uint64_t handle : unused) freeSlot(handle);
  napi_value holder = nullptr;
  if (napi_get_reference_value(env, anchors, &holder) != napi_ok || holder == nullptr) return;
  auto* made = new BatchBox(this);
  napi_set_element(env, holder, 0, wrapBox(*this, made));
  batch = made;
  reportMemory();
}

at::Tensor& EnvState::at(uint64_t handle) {
  const uint64_t index = handle & kIndexMask;
  if (index >= slots.size()) throwDisposed();
  Slot& slot = slots[index];
  if (slot.generation != (handle >> kIndexBits) || !slot.tensor.defined()) throwDisposed();
  return slot.tensor;
}

void EnvState::freeSlot(uint64_t handle) {
  const uint64_t index = handle & kIndexMask;
  if (index >= slots.size() || slots[index].generation != (handle >> kIndexBits)) return;
  Slot& slot = slots[index];
  if (!slot.tensor.defined()) return;
  --live[slot.device];
  // Destroying a tensor may destroy a graph, whose nodes may call back: empty the slot first.
  at::Tensor dying = std::move(slot.tensor);
  if (slot.generation < kMaxGeneration) {
    ++slot.generation;
    freeSlots.push_back(static_cast<uint32_t>(index));
  }  // else the slot is retired, so that a stale handle can never match again
}

void EnvState::beginMark(bool isScope) {
  marks.push_back({scoped.size(), isScope});
  inScope = isScope;
}

void EnvState::noteCuda(int64_t bytes) {
  sinceCudaLook += std::max(bytes, kCudaHandle);
  if (sinceCudaLook < kReportStep) return;
  sinceCudaLook = 0;
  cudaBytes = fabric::cudaBytes(cudaDevices);
}

void EnvState::reportMemory(bool isCollecting) {
  const int64_t now = cpuBytes() + cudaBytes + collected * kHandleBytes;
  const int64_t change = now - reportedBytes;
  if (change < kReportStep && change > -kReportStep) return;
  // Other threads allocate while this one collects; V8 may answer a rise with a collection, which it cannot begin inside of one.
  if (isCollecting && change > 0) return;
  reportedBytes = now;
  int64_t total = 0;
  napi_adjust_external_memory(env, change, &total);
}

void EnvState::drainDeferred() {
  if (!hasDeferred.load(std::memory_order_acquire)) return;
  std::vector<napi_ref> refs;
  {
    std::lock_guard<std::mutex> lock(deferredMutex);
    refs.swap(deferredRefs);
    hasDeferred.store(false, std::memory_order_release);
  }
  for (napi_ref ref : refs) napi_delete_reference(env, ref);
}

void EnvState::release() {
  if (--refs == 0) delete this;
}

namespace {
int64_t storageBytes(const at::Tensor& t) { return t.has_storage() ? static_cast<int64_t>(t.storage().nbytes()) : 0; }
}  // namespace

TensorBox::TensorBox(EnvState* s, at::Tensor t) : Boxed(kTensor, s), tensor(std::move(t)) {
  device = static_cast<uint8_t>(tensor.device().type());
  if (tensor.is_cuda()) {
    s->cudaDevices |= uint64_t{1} << (tensor.device().index() & 63);
    s->noteCuda(storageBytes(tensor));
  }
  ++s->live[device];
  ++s->collected;
}

void TensorBox::clear() {
  if (!tensor.defined()) return;
  --state->live[device];
  --state->collected;
  const bool isCuda = tensor.is_cuda();
  const int64_t bytes = isCuda ? storageBytes(tensor) : 0;
  {
    at::Tensor dying = std::move(tensor);
  }
  if (isCuda && !state->dead) state->noteCuda(bytes);
}

TensorBox::~TensorBox() { clear(); }

BatchBox::~BatchBox() {
  if (state->batch == this) state->batch = nullptr;
  state->collected -= static_cast<int64_t>(handles.size());
  if (state->dead) return;
  if (state->guard == nullptr) {
    for (const uint64_t handle : handles) state->freeSlot(handle);
    return;
  }
  // A collection inside a native call may find the wrapper of an argument in use dead already (optimised code drops what it does
  // not read again): its tensor goes with the next batch, which is made before a later call looks at its arguments.
  state->dying.insert(state->dying.end(), handles.begin(), handles.end());
  state->batch = nullptr;
}

at::Tensor& tensorOf(EnvState& s, napi_value v) {
  double number;
  if (napi_get_value_double(s.env, v, &number) == napi_ok) {
    if (!(number >= 0 && number < 9007199254740992.0)) throwDisposed();
    return s.at(static_cast<uint64_t>(number));
  }
  void* data = nullptr;
  if (napi_get_value_external(s.env, v, &data) != napi_ok || data == nullptr) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a Tensor");
  }
  auto* box = static_cast<Boxed*>(data);
  if (box->kind != Boxed::kTensor) throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a Tensor");
  auto& tensor = static_cast<TensorBox*>(box)->tensor;
  if (!tensor.defined()) throwDisposed();
  return tensor;
}

namespace {
void finalizeBox(node_api_basic_env, void* data, void*) {
  auto* box = static_cast<Boxed*>(data);
  EnvState* s = box->state;
  delete box;
  if (!s->dead) s->reportMemory(true);
  s->release();
}
}  // namespace

napi_value wrapBox(EnvState& s, Boxed* box) {
  napi_value v = nullptr;
  if (napi_create_external(s.env, box, finalizeBox, nullptr, &v) != napi_ok) {
    delete box;
    throw CodedError("FABRIC_TENSOR_NATIVE", "could not create a handle");
  }
  ++s.refs;
  return v;
}

napi_value wrapKept(EnvState& s, at::Tensor t) {
  napi_value v = nullptr;
  if (!t.defined()) {
    napi_get_null(s.env, &v);
    return v;
  }
  v = wrapBox(s, new TensorBox(&s, std::move(t)));
  s.reportMemory();
  return v;
}

namespace {
bool isSmall(const at::Tensor& t) {
  return t.is_cpu() && t.has_storage() && t.storage().nbytes() <= BatchBox::kMaxBytes && !t.requires_grad();
}
}  // namespace

napi_value wrap(EnvState& s, at::Tensor t) {
  if (!t.defined()) return wrapKept(s, std::move(t));
  uint64_t handle;
  if (s.inScope) {
    handle = s.put(std::move(t));
    s.scoped.push_back(handle);
  } else if (s.batch != nullptr && isSmall(t)) {
    handle = s.put(std::move(t));
    s.batch->handles.push_back(handle);
    ++s.collected;
  } else {
    return wrapKept(s, std::move(t));
  }
  napi_value v = nullptr;
  napi_create_double(s.env, static_cast<double>(handle), &v);
  return v;
}

void disposeHandle(EnvState& s, napi_value v) {
  double number;
  if (napi_get_value_double(s.env, v, &number) == napi_ok) {
    s.freeSlot(static_cast<uint64_t>(number));
    return;
  }
  void* data = nullptr;
  if (napi_get_value_external(s.env, v, &data) != napi_ok || data == nullptr) return;
  auto* box = static_cast<Boxed*>(data);
  if (box->kind == Boxed::kTensor) static_cast<TensorBox*>(box)->clear();
}

JsRef::JsRef(EnvState* state, napi_value value) : state_(state) {
  if (napi_create_reference(state->env, value, 1, &ref_) != napi_ok) {
    throw CodedError("FABRIC_TENSOR_NATIVE", "could not hold a JavaScript value");
  }
  ++state->refs;
}

JsRef::~JsRef() {
  // The state outlives its boxes; off-thread deaths only touch the mutex-guarded list.
  if (!state_->dead) {
    std::lock_guard<std::mutex> lock(state_->deferredMutex);
    state_->deferredRefs.push_back(ref_);
    state_->hasDeferred.store(true, std::memory_order_release);
  }
}

napi_value JsRef::value() const {
  napi_value v = nullptr;
  napi_get_reference_value(state_->env, ref_, &v);
  return v;
}

void CallGuard::acquire() {
  if (state_.defaultDtype != at::ScalarType::Float) {
    dtypeMutex.lock();
    mode_ = 2;
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(state_.defaultDtype));
  } else if (environmentCount.load(std::memory_order_relaxed) > 1) {
    dtypeMutex.lock_shared();
    mode_ = 1;
  }
}

void CallGuard::releaseLock() {
  if (mode_ == 2) {
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(at::ScalarType::Float));
    dtypeMutex.unlock();
  } else if (mode_ == 1) {
    dtypeMutex.unlock_shared();
  }
  mode_ = 0;
}

void CallGuard::suspend(EnvState& s) {
  if (s.guard != nullptr) s.guard->releaseLock();
}

void CallGuard::resume(EnvState& s) {
  if (s.guard != nullptr) s.guard->acquire();
}

}  // namespace fabric
