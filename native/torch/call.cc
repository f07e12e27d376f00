// The one generic operator call, and the listing of schemas that the typed front is made from.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <optional>
#include <sstream>

#include "fabric/entry.h"

namespace fabric {
namespace {

/// One overload bound for one environment: everything about its schema parsed ahead of the first call.
struct BoundOperator {
  EnvState* state;
  c10::OperatorHandle handle;
  std::vector<ArgSpec> args;
  std::vector<ReturnSpec> returns;
  int generatorAt = -1;                          // where the schema, or that of `seeded`, takes a generator
  std::optional<c10::OperatorHandle> seeded;     // the same operator with a generator among its arguments

  BoundOperator(EnvState* s, c10::OperatorHandle h) : state(s), handle(h) {
    const auto& schema = handle.schema();
    for (const auto& arg : schema.arguments()) args.push_back(argSpec(arg));
    findGenerator(schema);
    for (const auto& ret : schema.returns()) {
      ReturnSpec spec;
      const auto* alias = ret.alias_info();
      if (alias != nullptr && alias->isWrite() && ret.type()->kind() == c10::TypeKind::TensorType) {
        for (size_t i = 0; i < schema.arguments().size(); ++i) {
          const auto* argAlias = schema.arguments()[i].alias_info();
          if (argAlias != nullptr && argAlias->isWrite() && argAlias->beforeSets() == alias->beforeSets()) {
            spec.aliasArg = static_cast<int>(i);
          }
        }
      }
      returns.push_back(spec);
    }
  }

  /// `rand` has no generator argument, `rand.generator` has: a thread with a generator of its own calls the latter.
  void findGenerator(const c10::FunctionSchema& schema) {
    for (size_t i = 0; i < args.size(); ++i) {
      if (args[i].kind == ArgKind::Generator) generatorAt = static_cast<int>(i);
    }
    if (generatorAt >= 0) return;
    const std::string& overload = schema.overload_name();
    seeded = c10::Dispatcher::singleton().findSchema({schema.name(), overload.empty() ? "generator" : overload + "_generator"});
    if (!seeded) return;
    const auto& others = seeded->schema().arguments();
    for (size_t i = 0; i < others.size(); ++i) {
      if (others[i].name() == "generator") generatorAt = static_cast<int>(i);
    }
    if (generatorAt < 0 || others.size() != args.size() + 1) seeded.reset();
  }
};

/// Lets a thread's own generator stand in for libtorch's default one. @return the operator to call.
const c10::OperatorHandle& withOwnGenerator(const BoundOperator& op, EnvState& s, torch::jit::Stack& stack) {
  if (op.generatorAt < 0) return op.handle;
  if (op.seeded) {
    stack.insert(stack.begin() + op.generatorAt, c10::IValue(s.ownGenerator));
    return *op.seeded;
  }
  auto& generator = stack[static_cast<size_t>(op.generatorAt)];
  if (generator.isNone()) generator = c10::IValue(s.ownGenerator);
  return op.handle;
}

/// Stacks are reused; a JS callback inside an operator may call another operator, hence one a level.
class StackLease {
 public:
  explicit StackLease(EnvState& s) : state_(s) {
    if (s.stackDepth == s.stacks.size()) s.stacks.emplace_back();
    stack_ = &s.stacks[s.stackDepth++];
  }
  ~StackLease() {
    stack_->clear();
    --state_.stackDepth;
  }
  torch::jit::Stack& get() { return *stack_; }

 private:
  EnvState& state_;
  torch::jit::Stack* stack_;
};

constexpr size_t kStackArgs = 16;

napi_value callOperator(napi_env env, napi_callback_info info) {
  napi_value small[kStackArgs];
  size_t count = kStackArgs;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, small, nullptr, &data);
  auto& op = *static_cast<BoundOperator*>(data);
  EnvState& s = *op.state;
  napi_value result = nullptr;
  try {
    const size_t arity = op.args.size();
    std::vector<napi_value> large;
    napi_value* argv = small;
    if (arity > kStackArgs) {
      large.resize(arity);
      count = arity;
      napi_get_cb_info(env, info, &count, large.data(), nullptr, nullptr);
      argv = large.data();
    }
    CallGuard guard(s);
    if (!s.inScope) s.rollBatch();
    StackLease lease(s);
    auto& stack = lease.get();
    for (size_t i = 0; i < arity; ++i) {
      if (i < count) {
        const ArgSpec& spec = op.args[i];
        if (spec.kind == ArgKind::Tensor && !spec.optional) {
          stack.emplace_back(tensorOf(s, argv[i]));
        } else {
          stack.push_back(toIValue(s, argv[i], spec));
        }
      } else if (op.args[i].hasDefault) {
        stack.push_back(op.args[i].defaultValue);
      } else if (op.args[i].optional) {
        stack.emplace_back();
      } else {
        throw CodedError("FABRIC_TENSOR_ARGUMENT", "argument `" + op.args[i].name + "` is missing");
      }
    }
    if (s.ownGenerator.defined()) {
      withOwnGenerator(op, s, stack).callBoxed(stack);
    } else {
      op.handle.callBoxed(stack);
    }
    const size_t n = op.returns.size();
    if (n == 1) {
      if (op.returns[0].aliasArg < 0) {
        result = stack[0].isTensor() ? wrap(s, std::move(stack[0]).toTensor()) : fromIValue(s, std::move(stack[0]));
      }
    } else if (n > 1) {
      napi_create_array_with_length(env, n, &result);
      for (size_t i = 0; i < n; ++i) {
        if (op.returns[i].aliasArg >= 0) continue;
        napi_set_element(env, result, static_cast<uint32_t>(i), fromIValue(s, std::move(stack[i])));
      }
    }
  } catch (...) {
    throwPending(s);
    return nullptr;
  }
  if (!s.warnings.empty()) flushWarnings(s);
  return result;
}

void quote(std::ostream& out, const std::string& text) {
  out << '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out << '\\' << c;
    } else if (c == '\n') {
      out << "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out << ' ';
    } else {
      out << c;
    }
  }
  out << '"';
}

std::string aliasText(const c10::AliasInfo* alias) {
  if (alias == nullptr) return "";
  std::ostringstream out;
  bool first = true;
  for (const auto& set : alias->beforeSets()) {
    if (!first) out << "|";
    first = false;
    out << set.toUnqualString();
  }
  if (alias->isWrite()) out << "!";
  return out.str();
}

void writeArgument(std::ostream& out, const c10::Argument& arg) {
  out << "{\"name\":";
  quote(out, arg.name());
  out << ",\"type\":";
  quote(out, arg.real_type()->str());
  out << ",\"size\":" << (arg.N() ? std::to_string(*arg.N()) : "null");
  out << ",\"hasDefault\":" << (arg.default_value() ? "true" : "false");
  if (arg.default_value()) {
    std::ostringstream text;
    text << *arg.default_value();
    out << ",\"default\":";
    quote(out, text.str());
  }
  out << ",\"kwargOnly\":" << (arg.kwarg_only() ? "true" : "false");
  out << ",\"isOut\":" << (arg.is_out() ? "true" : "false") << ",\"alias\":";
  const std::string alias = aliasText(arg.alias_info());
  if (alias.empty()) {
    out << "null";
  } else {
    quote(out, alias);
  }
  out << "}";
}

void writeSchema(std::ostream& out, const c10::FunctionSchema& schema) {
  out << "{\"name\":";
  quote(out, schema.name());
  out << ",\"overload\":";
  quote(out, schema.overload_name());
  out << ",\"args\":[";
  for (size_t i = 0; i < schema.arguments().size(); ++i) {
    if (i > 0) out << ",";
    writeArgument(out, schema.arguments()[i]);
  }
  out << "],\"returns\":[";
  for (size_t i = 0; i < schema.returns().size(); ++i) {
    const auto& ret = schema.returns()[i];
    if (i > 0) out << ",";
    out << "{\"type\":";
    quote(out, ret.real_type()->str());
    const std::string alias = aliasText(ret.alias_info());
    out << ",\"alias\":";
    if (alias.empty()) {
      out << "null";
    } else {
      quote(out, alias);
    }
    out << ",\"name\":";
    if (ret.name().empty()) {
      out << "null";
    } else {
      quote(out, ret.name());
    }
    out << "}";
  }
  out << "],\"text\":";
  std::ostringstream text;
  text << schema;
  quote(out, text.str());
  out << "}";
}

/// Overloads by operator name, in the order of registration; made anew after a library was loaded.
using OverloadIndex = std::unordered_map<std::string, std::vector<c10::OperatorName>>;
std::mutex indexMutex;
std::shared_ptr<OverloadIndex> overloadIndex;

std::shared_ptr<OverloadIndex> overloads() {
  std::lock_guard<std::mutex> lock(indexMutex);
  if (!overloadIndex) {
    auto made = std::make_shared<OverloadIndex>();
    for (const auto& name : c10::Dispatcher::singleton().getAllOpNames()) (*made)[name.name].push_back(name);
    overloadIndex = made;
  }
  return overloadIndex;
}

std::string schemasJson(const std::vector<c10::OperatorName>& names) {
  std::ostringstream out;
  out << "[";
  bool first = true;
  for (const auto& name : names) {
    const auto op = c10::Dispatcher::singleton().findSchema(name);
    if (!op) continue;
    if (!first) out << ",";
    first = false;
    writeSchema(out, op->schema());
  }
  out << "]";
  return out.str();
}

/// schemasOf(name): JSON of every overload of one operator, `[]` when there is none.
napi_value schemasOf(EnvState& s, const Args& a) {
  const auto index = overloads();
  const auto found = index->find(stringOf(s, a[0], "name"));
  return textValue(s, found == index->end() ? "[]" : schemasJson(found->second));
}

/// operatorNames(): every "namespace::name" of the dispatcher.
napi_value operatorNames(EnvState& s, const Args&) {
  const auto index = overloads();
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, index->size(), &out);
  uint32_t i = 0;
  for (const auto& item : *index) napi_set_element(s.env, out, i++, textValue(s, item.first));
  return out;
}

napi_value schemas(EnvState& s, const Args&) { return textValue(s, schemasJson(c10::Dispatcher::singleton().getAllOpNames())); }

/// bind(name, overload): the JS function of one overload.
napi_value bind(EnvState& s, const Args& a) {
  const c10::OperatorName name(stringOf(s, a[0], "name"), stringOf(s, a[1], "overload"));
  const auto handle = c10::Dispatcher::singleton().findSchema(name);
  if (!handle) throw CodedError("FABRIC_UNSUPPORTED_OPERATOR", "no operator " + name.name + "." + name.overload_name);
  // Bound operators live as long as the environment's functions may: until the process ends.
  auto* bound = new BoundOperator(&s, *handle);
  napi_value fn = nullptr;
  napi_create_function(s.env, name.name.c_str(), NAPI_AUTO_LENGTH, callOperator, bound, &fn);
  return fn;
}

/// hasKernel(name, dispatchKey): whether some overload of an operator has a kernel of its own for the key; null for an unknown operator.
napi_value hasKernel(EnvState& s, const Args& a) {
  const auto index = overloads();
  const auto found = index->find(stringOf(s, a[0], "name"));
  if (found == index->end()) return nullValue(s);
  const auto key = c10::parseDispatchKey(stringOf(s, a[1], "dispatchKey"));
  for (const auto& name : found->second) {
    const auto op = c10::Dispatcher::singleton().findSchema(name);
    if (op && op->hasKernelForDispatchKey(key)) return boolValue(s, true);
  }
  return boolValue(s, false);
}

}  // namespace

void forgetOverloads() {
  std::lock_guard<std::mutex> lock(indexMutex);
  overloadIndex.reset();
}

void registerCalls(napi_env env, napi_value exports) {
  add(env, exports, "schemas", entry<schemas>);
  add(env, exports, "schemasOf", entry<schemasOf>);
  add(env, exports, "operatorNames", entry<operatorNames>);
  add(env, exports, "bind", entry<bind>);
  add(env, exports, "hasKernel", entry<hasKernel>);
}

}  // namespace fabric
