// fabric::optimizer_update_8bit_blockwise_ and fabric::optimizer_update_32bit_: one call for a list of parameters.
#include "../kernels/optim8.h"

#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "../../common/kernels/optim_trust.h"
#include "../../common/ops/optim_options.h"
#include "quant8.h"

namespace fabric::bnb {
namespace {

using at::TensorList;
using MaybeTensor = std::optional<Tensor>;

/// Blocks that are worth a thread: 16384 elements.
constexpr int64_t kGrainBlocks = 64;

/// What both operators take. The lists of the 32-bit one for absmax and maps are empty.
struct Lists {
  TensorList params, grads, state1, state2, absmax1, absmax2, qmap1, qmap2, unorm;
  at::IntArrayRef steps;
  bool is8bit;
  /// Of steps that are counted in tensors, in the place of `steps`.
  const MaybeTensor& numbers;
  bool counts() const { return numbers.has_value() && numbers->defined(); }
};

void checkOne(const OptimKind& kind, const Lists& lists, size_t i) {
  const Tensor &p = lists.params[i], &g = lists.grads[i];
  const auto isFine = [](c10::ScalarType t) { return t == c10::kFloat || t == c10::kHalf || t == c10::kBFloat16; };
  TORCH_CHECK_TYPE(isFine(p.scalar_type()) && isFine(g.scalar_type()), "parameter ", i, ": expected float32, float16 or bfloat16 but received ",
                   p.scalar_type(), " with a gradient of ", g.scalar_type());
  TORCH_CHECK_VALUE(g.sizes() == p.sizes(), "parameter ", i, ": expected a gradient of shape ", p.sizes(), " but received ", g.sizes());
  TORCH_CHECK_VALUE(lists.counts() || lists.steps[i] >= 1, "parameter ", i, ": expected a step of at least 1 but received ", lists.steps[i]);
  checkOneDevice(p, g);
  const int64_t copies = kind.rule == StepRule::AdEMAMix ? 2 : 1, n = p.numel();
  const auto state = [&](TensorList states, TensorList absmaxes, TensorList maps, int64_t times, const char* name) {
    const Tensor& s = states[i];
    checkOneDevice(p, s);
    TORCH_CHECK_TYPE(s.scalar_type() == (lists.is8bit ? c10::kByte : c10::kFloat), "parameter ", i, ": expected ", lists.is8bit ? "uint8" : "float32",
                     " as the dtype of ", name, " but received ", s.scalar_type());
    TORCH_CHECK_VALUE(s.numel() == times * n && s.is_contiguous(), "parameter ", i, ": expected ", times * n, " contiguous elements of ", name,
                      " but received ", s.numel());
    if (!lists.is8bit) return;
    const Tensor& a = absmaxes[i];
    checkOneDevice(p, a, maps[i]);
    const int64_t blocks = times * ceilDiv(n, kOptimBlock);
    TORCH_CHECK_VALUE(a.scalar_type() == c10::kFloat && a.numel() == blocks && a.is_contiguous(), "parameter ", i, ": expected ", blocks,
                      " contiguous float32 scales of ", name, ", one for ", kOptimBlock, " elements, but received ", a.numel(), " of ", a.scalar_type());
    TORCH_CHECK_VALUE(maps[i].scalar_type() == c10::kFloat && maps[i].numel() == 256, "parameter ", i, ": expected a map of 256 float32 values for ", name);
  };
  state(lists.state1, lists.absmax1, lists.qmap1, copies, "state1");
  if (kind.rule == StepRule::Adam || kind.rule == StepRule::AdEMAMix) state(lists.state2, lists.absmax2, lists.qmap2, 1, "state2");
  if (lists.unorm.empty()) return;
  checkOneDevice(p, lists.unorm[i]);
  TORCH_CHECK_VALUE(lists.unorm[i].scalar_type() == c10::kFloat && lists.unorm[i].numel() == 1, "parameter ", i, ": expected one float32 number as unorm");
}

void check(const OptimKind& kind, const Lists& lists, const OptimOptions& options) {
  const size_t count = lists.params.size();
  const bool hasSecond = kind.rule == StepRule::Adam || kind.rule == StepRule::AdEMAMix;
  const auto sized = [&](size_t size, bool needed, const char* name) {
    TORCH_CHECK_VALUE(size == (needed ? count : 0), "expected ", needed ? count : 0, " tensors in ", name, " but received ", size);
  };
  sized(lists.grads.size(), true, "grads");
  TORCH_CHECK_VALUE(lists.steps.size() == (lists.counts() ? 0 : count), "expected ", lists.counts() ? 0 : count, " numbers in steps but received ", lists.steps.size());
  if (lists.counts()) {
    const Tensor& numbers = *lists.numbers;
    TORCH_CHECK_VALUE(numbers.scalar_type() == c10::kDouble && numbers.is_contiguous() && numbers.sizes() == (std::array{static_cast<int64_t>(count), kStepNumbers}),
                      "expected numbers as optimizer_step_numbers_ gives them, float64 of shape [", count, ", ", kStepNumbers, "], but received ", numbers.sizes(), " of ",
                      numbers.scalar_type());
    if (count > 0) checkOneDevice(lists.params[0], numbers);
  }
  sized(lists.state1.size(), true, "state1");
  sized(lists.state2.size(), hasSecond, "state2");
  sized(lists.absmax1.size(), lists.is8bit, "absmax1");
  sized(lists.absmax2.size(), lists.is8bit && hasSecond, "absmax2");
  sized(lists.qmap1.size(), lists.is8bit, "qmap1");
  sized(lists.qmap2.size(), lists.is8bit && hasSecond, "qmap2");
  if (!lists.unorm.empty()) sized(lists.unorm.size(), true, "unorm");
  TORCH_CHECK_VALUE(options.maxUnorm == 0 || kind.takesTrustRatio, "expected a max_unorm of 0, since only adam, lamb, momentum and lars take a trust ratio, but received ", options.maxUnorm);
  for (size_t i = 0; i < count; ++i) checkOne(kind, lists, i);
}

/// Search tables of the maps of one call: nearly always the same two tensors for all parameters.
class Encoders {
 public:
  const Encoder8* of(const Tensor& map) {
    auto& encoder = known_[map.const_data_ptr()];
    if (encoder == nullptr) encoder = encoderFor(map);
    return encoder.get();
  }

 private:
  std::map<const void*, std::shared_ptr<const Encoder8>> known_;
};

/// Part `part` of a state tensor that holds some of them one after the other.
OptimState stateOf(const Tensor& state, const Tensor* absmax, const Tensor* map, int64_t n, int64_t part, Encoders& encoders) {
  OptimState s;
  if (absmax == nullptr) {
    s.wide = state.mutable_data_ptr<float>() + part * n;
    return s;
  }
  s.codes = state.mutable_data_ptr<uint8_t>() + part * n;
  s.absmax = absmax->mutable_data_ptr<float>() + part * ceilDiv(n, kOptimBlock);
  s.map = map->const_data_ptr<float>();
  s.encoder = encoders.of(*map);
  return s;
}

/// The blocks of all parameters in a row, divided among threads, so that many small parameters cost no more than a large one.
template <typename Body>
void forBlocks(const std::vector<OptimParam>& params, Body body) {
  std::vector<int64_t> starts{0};
  for (const OptimParam& p : params) starts.push_back(starts.back() + ceilDiv(p.n, kOptimBlock));
  at::parallel_for(0, starts.back(), kGrainBlocks, [&](int64_t begin, int64_t end) {
    size_t i = static_cast<size_t>(std::upper_bound(starts.begin(), starts.end(), begin) - starts.begin()) - 1;
    for (; begin < end; ++i) {
      const int64_t last = std::min(end, starts[i + 1]);
      if (begin < last) body(i, begin - starts[i], last - starts[i]);
      begin = std::max(begin, last);
    }
  });
}

/// Trust ratios of all parameters, from norms summed in the order of their blocks.
std::vector<double> trustRatios(const OptimKind& kind, const Lists& lists, const OptimOptions& o, const std::vector<OptimParam>& params, const std::vector<OptimNumbers>& numbers,
                                const std::vector<StepNumbers>& now) {
  std::vector<std::vector<double>> squares;
  for (const OptimParam& p : params) squares.emplace_back(2 * ceilDiv(p.n, kOptimBlock));
  forBlocks(params, [&](size_t i, int64_t first, int64_t last) { optim8().norms(kind.rule, params[i], numbers[i], first, last, squares[i].data()); });
  std::vector<double> ratios;
  for (size_t i = 0; i < params.size(); ++i) {
    double direction = 0, param = 0, unorm = 0;
    for (size_t block = 0; block < squares[i].size(); block += 2) direction += squares[i][block], param += squares[i][block + 1];
    ratios.push_back(trustOf(trustNumbersOf(kind, o, now[i]), direction, param, unorm));
    if (!lists.unorm.empty()) *lists.unorm[i].mutable_data_ptr<float>() = static_cast<float>(unorm * unorm);
  }
  return ratios;
}

void bumpVersion(const Tensor& t) {
  if (!t.is_inference()) t.unsafeGetTensorImpl()->bump_version();
}

void update(c10::string_view optimizer, const Lists& lists, OptimOptions o, const MaybeTensor& gradScale, const MaybeTensor& foundInf) {
  const OptimKind kind = kindOf(optimizer);
  check(kind, lists, o);
  if (foundInf.has_value() && foundInf->defined() && foundInf->item<float>() != 0) return;
  if (gradScale.has_value() && gradScale->defined()) o.gradScale = 1.0 / gradScale->item<double>();
  const at::AutoDispatchBelowADInplaceOrView below;
  Encoders encoders;
  std::vector<OptimParam> params;
  std::vector<StepNumbers> now;
  std::vector<OptimNumbers> numbers;
  const StepNumbers* rows = rowsOf(lists.numbers);
  std::vector<Tensor> dense, grads;  // contiguous; copies of those that are not
  for (size_t i = 0; i < lists.params.size(); ++i) {
    dense.push_back(lists.params[i].contiguous());
    grads.push_back(lists.grads[i].contiguous());
    const int64_t n = dense[i].numel();
    OptimParam p{dense[i].mutable_data_ptr(), grads[i].const_data_ptr(), elementOf(dense[i].scalar_type()), elementOf(grads[i].scalar_type()), n, {}};
    const bool is8bit = lists.is8bit, hasSecond = !lists.state2.empty();
    const Tensor *absmax1 = is8bit ? &lists.absmax1[i] : nullptr, *map1 = is8bit ? &lists.qmap1[i] : nullptr;
    p.states[0] = stateOf(lists.state1[i], absmax1, map1, n, 0, encoders);
    if (hasSecond) p.states[1] = stateOf(lists.state2[i], is8bit ? &lists.absmax2[i] : nullptr, is8bit ? &lists.qmap2[i] : nullptr, n, 0, encoders);
    if (kind.rule == StepRule::AdEMAMix) p.states[2] = stateOf(lists.state1[i], absmax1, map1, n, 1, encoders);
    params.push_back(p);
    now.push_back(rows != nullptr ? rows[i] : stepNumbersOf(kind, o, static_cast<double>(lists.steps[i])));
    numbers.push_back(numbersOf(kind, o, now[i]));
  }
  if (o.maxUnorm > 0) {
    const std::vector<double> ratios = trustRatios(kind, lists, o, params, numbers, now);
    for (size_t i = 0; i < ratios.size(); ++i) numbers[i].step = static_cast<float>(now[i].step * ratios[i]);
  }
  forBlocks(params, [&](size_t i, int64_t first, int64_t last) { optim8().update(kind.rule, params[i], numbers[i], first, last); });
  for (size_t i = 0; i < dense.size(); ++i) {
    if (!dense[i].is_same(lists.params[i])) lists.params[i].copy_(dense[i]);
    bumpVersion(lists.params[i]);
  }
}

template <bool isMeta>
void update8bit(c10::string_view optimizer, TensorList params, TensorList grads, TensorList state1, TensorList state2, TensorList absmax1, TensorList absmax2,
                TensorList qmap1, TensorList qmap2, TensorList unorm, at::IntArrayRef steps, double lr, double beta1, double beta2, double beta3, double alpha,
                std::optional<double> tAlpha, std::optional<double> tBeta3, double eps, double weightDecay, double maxUnorm, bool skipZeros, bool skipNonFinite,
                const MaybeTensor& gradScale, const MaybeTensor& foundInf, const MaybeTensor& numbers) {
  const Lists lists{params, grads, state1, state2, absmax1, absmax2, qmap1, qmap2, unorm, steps, true, numbers};
  const OptimOptions options = optionsOf(lr, beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, maxUnorm, skipZeros, skipNonFinite);
  if constexpr (isMeta) check(kindOf(optimizer), lists, options);
  else update(optimizer, lists, options, gradScale, foundInf);
}

template <bool isMeta>
void update32bit(c10::string_view optimizer, TensorList params, TensorList grads, TensorList state1, TensorList state2, TensorList unorm, at::IntArrayRef steps,
                 double lr, double beta1, double beta2, double beta3, double alpha, std::optional<double> tAlpha, std::optional<double> tBeta3, double eps,
                 double weightDecay, double maxUnorm, bool skipZeros, bool skipNonFinite, const MaybeTensor& gradScale, const MaybeTensor& foundInf, const MaybeTensor& numbers) {
  const Lists lists{params, grads, state1, state2, {}, {}, {}, {}, unorm, steps, false, numbers};
  const OptimOptions options = optionsOf(lr, beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, maxUnorm, skipZeros, skipNonFinite);
  if constexpr (isMeta) check(kindOf(optimizer), lists, options);
  else update(optimizer, lists, options, gradScale, foundInf);
}

}  // namespace

#define FABRIC_OPTIM_OPTIONS                                                                                                                         \
  "int[] steps, *, float lr, float beta1=0, float beta2=0, float beta3=0, float alpha=0, float? t_alpha=None, float? t_beta3=None, float eps=0, "    \
  "float weight_decay=0, float max_unorm=0, bool skip_zeros=False, bool skip_non_finite=False, Tensor? grad_scale=None, Tensor? found_inf=None, "   \
  "Tensor? numbers=None) -> ()"

TORCH_LIBRARY_FRAGMENT(fabric, m) {
  m.def("optimizer_update_8bit_blockwise_(str optimizer, Tensor(a!)[] params, Tensor[] grads, Tensor(b!)[] state1, Tensor(c!)[] state2, Tensor(d!)[] absmax1, "
        "Tensor(e!)[] absmax2, Tensor[] qmap1, Tensor[] qmap2, Tensor(f!)[] unorm, " FABRIC_OPTIM_OPTIONS);
  m.def("optimizer_update_32bit_(str optimizer, Tensor(a!)[] params, Tensor[] grads, Tensor(b!)[] state1, Tensor(c!)[] state2, Tensor(d!)[] unorm, " FABRIC_OPTIM_OPTIONS);
  implMissing(m, "optimizer_update_8bit_blockwise_");
  implMissing(m, "optimizer_update_32bit_");
}

TORCH_LIBRARY_IMPL(fabric, CPU, m) {
  m.impl("optimizer_update_8bit_blockwise_", &update8bit<false>);
  m.impl("optimizer_update_32bit_", &update32bit<false>);
}

TORCH_LIBRARY_IMPL(fabric, Meta, m) {
  m.impl("optimizer_update_8bit_blockwise_", &update8bit<true>);
  m.impl("optimizer_update_32bit_", &update32bit<true>);
}

}  // namespace fabric::bnb
