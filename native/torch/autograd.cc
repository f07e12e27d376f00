// Backward, gradients, hooks, and autograd functions whose formulas are JS.
#include <c10/core/AutogradState.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <unordered_set>

#include "fabric/entry.h"

namespace fabric {
namespace {

using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

#if TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR < 13
template <typename T, typename... A>
std::shared_ptr<T> makeNode(A&&... args) {
  return std::shared_ptr<T>(new T(std::forward<A>(args)...), torch::autograd::deleteNode);
}
template <typename T>
using NodePtr = std::shared_ptr<T>;
#else
template <typename T, typename... A>
c10::intrusive_ptr<T> makeNode(A&&... args) {
  return c10::make_intrusive<T>(std::forward<A>(args)...);
}
template <typename T>
using NodePtr = c10::intrusive_ptr<T>;
#endif

/// Calls JS from inside a libtorch call: the dtype lock is let go meanwhile, and a throw travels on as a C++ exception.
napi_value callJs(EnvState& s, const JsRef& fn, size_t count, const napi_value* args) {
  if (std::this_thread::get_id() != s.thread) {
    throw CodedError("FABRIC_USAGE_AUTOGRAD_THREAD",
                     "an autograd function or hook written in JavaScript was reached from another thread; run backward on the thread that made it");
  }
  napi_value holder = fn.value(), callee = nullptr, undefined = nullptr, result = nullptr;
  napi_get_element(s.env, holder, 0, &callee);
  napi_get_undefined(s.env, &undefined);
  CallGuard::suspend(s);
  const napi_status status = napi_call_function(s.env, undefined, callee, count, args, &result);
  CallGuard::resume(s);
  if (status != napi_ok) rethrowFromJs(s);
  return result;
}

std::shared_ptr<JsRef> hold(EnvState& s, napi_value v) {
  napi_value holder = nullptr;
  napi_create_array_with_length(s.env, 1, &holder);
  napi_set_element(s.env, holder, 0, v);
  return std::make_shared<JsRef>(&s, holder);
}

struct HandleScope {
  napi_env env;
  napi_handle_scope scope = nullptr;
  explicit HandleScope(napi_env e) : env(e) { napi_open_handle_scope(env, &scope); }
  ~HandleScope() { napi_close_handle_scope(env, scope); }
};

/// A node of the graph whose backward is a JS function.
struct JsNode final : Node {
  EnvState* state;
  std::shared_ptr<JsRef> callback;
  std::string label;
  std::vector<SavedVariable> saved;
  std::vector<bool> savedIsOutput;
  size_t inputs = 0;
  bool released = false;

  explicit JsNode(EnvState* s) : state(s) { s->jsAutograd.fetch_add(1); }
  ~JsNode() override { state->jsAutograd.fetch_sub(1); }

  std::string name() const override { return label; }

  variable_list apply(variable_list&& grads) override {
    EnvState& s = *state;
    if (released) {
      throw CodedError("FABRIC_USAGE_BACKWARD_TWICE",
                       label + ": the graph was freed by an earlier backward; pass { retainGraph: true } to the first one");
    }
    if (std::this_thread::get_id() != s.thread) {
      throw CodedError("FABRIC_USAGE_AUTOGRAD_THREAD", label + ": backward reached it from another thread");
    }
    HandleScope handles(s.env);
    napi_value args[2];
    args[0] = tensorArray(s, grads);
    napi_create_array_with_length(s.env, saved.size(), &args[1]);
    for (size_t i = 0; i < saved.size(); ++i) {
      auto self = savedIsOutput[i] ? getptr() : NodePtr<Node>();
      napi_set_element(s.env, args[1], static_cast<uint32_t>(i), wrap(s, saved[i].unpack(self)));
    }
    const napi_value result = callJs(s, *callback, 2, args);
    variable_list out = tensorsOf(s, result, "gradients");
    if (out.size() != inputs) {
      throw CodedError("FABRIC_USAGE_AUTOGRAD_FUNCTION", label + ".backward returned " + std::to_string(out.size()) +
                                                             " gradients for " + std::to_string(inputs) + " tensor inputs");
    }
    return out;
  }

  void release_variables() override {
    for (auto& variable : saved) variable.reset_data();
    released = true;
  }
};

/// Backward on the calling thread whenever JS could be reached.
struct ThreadingGuard {
  bool before = c10::AutogradState::get_tls_state().get_multithreading_enabled();
  explicit ThreadingGuard(const EnvState& s) {
    if (s.jsAutograd.load() > 0) c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
  }
  ~ThreadingGuard() { c10::AutogradState::get_tls_state().set_multithreading_enabled(before); }
};

/// backward(tensors, gradients, retainGraph, createGraph, inputs)
napi_value backward(EnvState& s, const Args& a) {
  s.drainDeferred();
  const auto tensors = tensorsOf(s, a[0], "tensors");
  const auto gradients = tensorsOf(s, a[1], "gradient");
  const bool retain = boolOf(s, a[2], "retainGraph");
  const bool create = boolOf(s, a[3], "createGraph");
  const auto inputs = tensorsOf(s, a[4], "inputs");
  ThreadingGuard threading(s);
  torch::autograd::backward(tensors, gradients, retain, create, inputs);
  return undefinedValue(s);
}

/// grad(outputs, inputs, gradOutputs, retainGraph, createGraph, allowUnused)
napi_value grad(EnvState& s, const Args& a) {
  s.drainDeferred();
  const auto outputs = tensorsOf(s, a[0], "outputs");
  const auto inputs = tensorsOf(s, a[1], "inputs");
  const auto gradients = tensorsOf(s, a[2], "gradOutputs");
  const bool retain = boolOf(s, a[3], "retainGraph");
  const bool create = boolOf(s, a[4], "createGraph");
  const bool allowUnused = boolOf(s, a[5], "allowUnused");
  ThreadingGuard threading(s);
  return tensorArray(s, torch::autograd::grad(outputs, inputs, gradients, retain, create, allowUnused));
}

/// function(name, backward, inputs, outputs, saved, nonDifferentiable flags, dirty flags by output): the outputs' handles
napi_value makeFunction(EnvState& s, const Args& a) {
  s.drainDeferred();
  const auto inputs = tensorsOf(s, a[2], "inputs");
  auto outputs = tensorsOf(s, a[3], "outputs");
  const auto saved = tensorsOf(s, a[4], "saved");
  const auto flags = intsOf(s, a[5], "flags");
  if (flags.size() != outputs.size()) throw CodedError("FABRIC_TENSOR_ARGUMENT", "one flag an output is needed");
  const bool needsGraph = c10::GradMode::is_enabled() &&
                          std::any_of(inputs.begin(), inputs.end(), [](const at::Tensor& t) { return t.defined() && t.requires_grad(); });
  std::unordered_set<at::TensorImpl*> given;
  for (const auto& t : inputs) {
    if (t.defined()) given.insert(t.unsafeGetTensorImpl());
  }
  NodePtr<JsNode> node;
  if (needsGraph) {
    node = makeNode<JsNode>(&s);
    node->label = stringOf(s, a[0], "name");
    node->callback = hold(s, a[1]);
    node->inputs = inputs.size();
    node->set_next_edges(torch::autograd::collect_next_edges(inputs));
  }
  constexpr int64_t kNonDifferentiable = 1, kDirty = 2;
  const auto returned = outputs;  // before an input handed through is replaced
  at::AutoDispatchBelowADInplaceOrView below;
  for (size_t i = 0; i < outputs.size(); ++i) {
    auto& out = outputs[i];
    if (!out.defined()) {
      if (node) node->add_input_metadata(Node::undefined_input());
      continue;
    }
    const bool isInput = given.count(out.unsafeGetTensorImpl()) > 0;
    const bool differentiable = (flags[i] & kNonDifferentiable) == 0 && torch::autograd::isDifferentiableType(out.scalar_type());
    if ((flags[i] & kDirty) != 0 && isInput) {
      if (!needsGraph) continue;
      TORCH_CHECK(!(out.is_leaf() && out.requires_grad()), "a leaf that requires grad was changed in place by ", node->label);
      const uint32_t index = node->add_input_metadata(out);
      torch::autograd::impl::rebase_history(out, torch::autograd::Edge(node, index));
      continue;
    }
    // An input handed through must become its own node's output, not the input's.
    if (isInput || out.is_view() || out.requires_grad()) out = out.detach();
    if (!node) continue;
    if (differentiable) {
      torch::autograd::set_history(out, node);
    } else {
      node->add_input_metadata(Node::undefined_input());
    }
  }
  if (node) {
    for (const auto& t : saved) {
      bool isOutput = false;
      const at::Tensor* match = &t;
      for (size_t i = 0; t.defined() && i < outputs.size(); ++i) {
        // The very tensor that forward returned, unless it is an input; one that shares memory only is saved as it is.
        const bool isInput = given.count(t.unsafeGetTensorImpl()) > 0 && (flags[i] & kDirty) == 0;
        if (isInput || !returned[i].is_same(t) || outputs[i].is_leaf() || outputs[i].grad_fn().get() != node.get()) continue;
        isOutput = true;
        match = &outputs[i];
      }
      node->saved.emplace_back(*match, isOutput);
      node->savedIsOutput.push_back(isOutput);
    }
  }
  return tensorArray(s, outputs);
}

napi_value requiresGrad(EnvState& s, const Args& a) { return boolValue(s, tensorOf(s, a[0]).requires_grad()); }

napi_value setRequiresGrad(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  const bool value = boolOf(s, a[1], "requiresGrad");
  TORCH_CHECK(value || t.is_leaf(), "requiresGrad can only be turned off on a leaf; use detach() to get a tensor without history");
  t.set_requires_grad(value);
  return undefinedValue(s);
}

napi_value isLeaf(EnvState& s, const Args& a) { return boolValue(s, tensorOf(s, a[0]).is_leaf()); }

/// gradFn(t): the name of the node that made it, or null.
napi_value gradFn(EnvState& s, const Args& a) {
  const auto& fn = tensorOf(s, a[0]).grad_fn();
  return fn ? textValue(s, fn->name()) : nullValue(s);
}

/// grad handle that lives as the scope says; null without a gradient.
napi_value gradOf(EnvState& s, const Args& a) { return wrap(s, tensorOf(s, a[0]).grad()); }
napi_value gradKept(EnvState& s, const Args& a) { return wrapKept(s, tensorOf(s, a[0]).grad()); }

/// gradIs(t, g): whether g is still t's gradient; null when there is none.
napi_value gradIs(EnvState& s, const Args& a) {
  const auto& g = tensorOf(s, a[0]).grad();
  if (!g.defined()) return nullValue(s);
  return boolValue(s, g.is_same(tensorOf(s, a[1])));
}

napi_value setGrad(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  if (isNullish(s, a[1])) {
    t.mutable_grad().reset();
    return undefinedValue(s);
  }
  const auto& g = tensorOf(s, a[1]);
  TORCH_CHECK(g.sizes() == t.sizes(), "the gradient's shape ", g.sizes(), " differs from the tensor's ", t.sizes());
  TORCH_CHECK(g.scalar_type() == t.scalar_type(), "the gradient's dtype ", g.scalar_type(), " differs from the tensor's ", t.scalar_type());
  TORCH_CHECK(g.device() == t.device(), "the gradient's device ", g.device(), " differs from the tensor's ", t.device());
  t.mutable_grad() = g;
  return undefinedValue(s);
}

/// gradsOf(tensors): an array of gradients, null where there is none.
napi_value gradsOf(EnvState& s, const Args& a) {
  const auto tensors = tensorsOf(s, a[0], "tensors");
  std::vector<at::Tensor> grads;
  grads.reserve(tensors.size());
  for (const auto& t : tensors) grads.push_back(t.defined() ? t.grad() : at::Tensor());
  return tensorArray(s, grads);
}

/// clearGrads(tensors): every gradient to null.
napi_value clearGrads(EnvState& s, const Args& a) {
  for (const auto& t : tensorsOf(s, a[0], "tensors")) {
    if (t.defined() && t.grad().defined()) t.mutable_grad().reset();
  }
  return undefinedValue(s);
}

/// incrementVersion(tensors): counts a write to each; tensors made in inference mode have no count.
napi_value incrementVersion(EnvState& s, const Args& a) {
  for (const auto& t : tensorsOf(s, a[0], "tensors")) {
    if (t.defined() && !t.is_inference()) t.unsafeGetTensorImpl()->bump_version();
  }
  return undefinedValue(s);
}

napi_value retainGrad(EnvState& s, const Args& a) {
  tensorOf(s, a[0]).retain_grad();
  return undefinedValue(s);
}

/// Counts a JS hook for as long as libtorch holds it.
struct HookCount {
  EnvState* state;
  explicit HookCount(EnvState* s) : state(s) { s->jsAutograd.fetch_add(1); }
  ~HookCount() { state->jsAutograd.fetch_sub(1); }
};

/// registerHook(t, fn): an id for removeHook.
napi_value registerHook(EnvState& s, const Args& a) {
  s.drainDeferred();
  auto callback = hold(s, a[1]);
  auto counted = std::make_shared<HookCount>(&s);
  EnvState* state = &s;
  const unsigned id = tensorOf(s, a[0]).register_hook([callback, counted, state](const at::Tensor& g) -> at::Tensor {
    EnvState& inner = *state;
    if (std::this_thread::get_id() != inner.thread) {
      throw CodedError("FABRIC_USAGE_AUTOGRAD_THREAD", "a hook written in JavaScript was reached from another thread");
    }
    HandleScope handles(inner.env);
    const napi_value arg = wrap(inner, g);
    const napi_value result = callJs(inner, *callback, 1, &arg);
    return isNullish(inner, result) ? g : tensorOf(inner, result);
  });
  return intValue(s, id);
}

napi_value removeHook(EnvState& s, const Args& a) {
  tensorOf(s, a[0]).remove_hook(static_cast<unsigned>(intOf(s, a[1], "id")));
  return undefinedValue(s);
}

/// Calls JS each time a leaf's gradient has been accumulated.
struct JsAccumulateHook final : torch::autograd::PostAccumulateGradHook {
  EnvState* state;
  std::shared_ptr<JsRef> callback;
  HookCount count;
  JsAccumulateHook(EnvState* s, std::shared_ptr<JsRef> fn) : state(s), callback(std::move(fn)), count(s) {}
  void operator()(const at::Tensor&) override {
    HandleScope handles(state->env);
    callJs(*state, *callback, 0, nullptr);
  }
};

/// onGradAccumulated(t, fn): the one such hook of a leaf; null takes it off.
napi_value onGradAccumulated(EnvState& s, const Args& a) {
  s.drainDeferred();
  const auto& t = tensorOf(s, a[0]);
  TORCH_CHECK(t.is_leaf(), "onGradAccumulated: expected a leaf");
  std::unique_ptr<torch::autograd::PostAccumulateGradHook> hook;
  if (!isNullish(s, a[1])) hook = std::make_unique<JsAccumulateHook>(&s, hold(s, a[1]));
  torch::autograd::impl::set_post_acc_grad_hooks(t, std::move(hook));
  return undefinedValue(s);
}

/// guard(t, message): backward that reaches t outside guardOpen/guardClose throws.
napi_value guard(EnvState& s, const Args& a) {
  const std::string message = stringOf(s, a[1], "message");
  EnvState* state = &s;
  tensorOf(s, a[0]).register_hook([state, message](const at::Tensor& g) -> at::Tensor {
    if (state->guardsOpen.load() == 0) throw CodedError("FABRIC_USAGE_BACKWARD", message);
    return g;
  });
  return undefinedValue(s);
}

napi_value guardOpen(EnvState& s, const Args&) {
  s.guardsOpen.fetch_add(1);
  return undefinedValue(s);
}

napi_value guardClose(EnvState& s, const Args&) {
  s.guardsOpen.fetch_sub(1);
  return undefinedValue(s);
}

}  // namespace

void registerAutograd(napi_env env, napi_value exports) {
  add(env, exports, "backward", entry<backward>);
  add(env, exports, "grad", entry<grad>);
  add(env, exports, "makeFunction", entry<makeFunction>);
  add(env, exports, "requiresGrad", entry<requiresGrad>);
  add(env, exports, "setRequiresGrad", entry<setRequiresGrad>);
  add(env, exports, "isLeaf", entry<isLeaf>);
  add(env, exports, "gradFn", entry<gradFn>);
  add(env, exports, "gradOf", entry<gradOf>);
  add(env, exports, "gradKept", entry<gradKept>);
  add(env, exports, "gradIs", entry<gradIs>);
  add(env, exports, "setGrad", entry<setGrad>);
  add(env, exports, "gradsOf", entry<gradsOf>);
  add(env, exports, "clearGrads", entry<clearGrads>);
  add(env, exports, "incrementVersion", entry<incrementVersion>);
  add(env, exports, "retainGrad", entry<retainGrad>);
  add(env, exports, "registerHook", entry<registerHook>);
  add(env, exports, "removeHook", entry<removeHook>);
  add(env, exports, "onGradAccumulated", entry<onGradAccumulated>);
  add(env, exports, "guard", entry<guard>);
  add(env, exports, "guardOpen", entry<guardOpen>);
  add(env, exports, "guardClose", entry<guardClose>);
}

}  // namespace fabric
