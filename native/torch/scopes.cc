// Scopes: everything made inside goes when they end, except what is kept.
#include "fabric/entry.h"

namespace fabric {
namespace {

void popMark(EnvState& s) {
  s.marks.pop_back();
  s.inScope = !s.marks.empty() && s.marks.back().isScope;
}

/// scopeBegin(): the depth to give to scopeEnd.
napi_value scopeBegin(EnvState& s, const Args&) {
  s.beginMark(true);
  return intValue(s, static_cast<int64_t>(s.marks.size()));
}

/// unscopedBegin(): results are garbage-collected until the matching scopeEnd.
napi_value unscopedBegin(EnvState& s, const Args&) {
  s.beginMark(false);
  return intValue(s, static_cast<int64_t>(s.marks.size()));
}

/// scopeEnd(depth, survivors): frees what the scope made; returns the survivors' new handles.
napi_value scopeEnd(EnvState& s, const Args& a) {
  const auto depth = static_cast<size_t>(intOf(s, a[0], "depth"));
  if (depth == 0 || depth > s.marks.size()) throw CodedError("FABRIC_USAGE_CONTEXT_ORDER", "this scope has already ended");
  while (s.marks.size() > depth) popMark(s);  // a guard inside was left open: its tensors belong to this scope
  const size_t start = s.marks.back().start;
  std::vector<at::Tensor> survivors = isNullish(s, a[1]) ? std::vector<at::Tensor>() : tensorsOf(s, a[1], "survivors");
  std::vector<uint64_t> dying(s.scoped.begin() + static_cast<ptrdiff_t>(start), s.scoped.end());
  s.scoped.resize(start);
  popMark(s);
  for (const uint64_t handle : dying) s.freeSlot(handle);
  napi_value out = nullptr;
  if (!survivors.empty()) out = tensorArray(s, survivors);
  return out == nullptr ? undefinedValue(s) : out;
}

/// keep(t): a garbage-collected handle in place of a scoped one.
napi_value keep(EnvState& s, const Args& a) {
  double number;
  if (napi_get_value_double(s.env, a[0], &number) != napi_ok) {
    tensorOf(s, a[0]);
    return a[0];
  }
  at::Tensor t = tensorOf(s, a[0]);
  s.freeSlot(static_cast<uint64_t>(number));
  return wrapKept(s, std::move(t));
}

napi_value scopeDepth(EnvState& s, const Args&) { return intValue(s, static_cast<int64_t>(s.marks.size())); }

}  // namespace

void registerScopes(napi_env env, napi_value exports) {
  add(env, exports, "scopeBegin", entry<scopeBegin>);
  add(env, exports, "unscopedBegin", entry<unscopedBegin>);
  add(env, exports, "scopeEnd", entry<scopeEnd>);
  add(env, exports, "scopeDepth", entry<scopeDepth>);
  add(env, exports, "keep", entry<keep>);
}

}  // namespace fabric
