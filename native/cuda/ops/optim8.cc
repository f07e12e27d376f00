// fabric::optimizer_update_8bit_blockwise_ and fabric::optimizer_update_32bit_ on CUDA: one launch for many parameters, and nothing that waits for
// the device. A captured CUDA graph repeats the steps and the rate that it was captured with, unless they come as `numbers` from the device.
#include <ATen/core/LegacyTypeDispatch.h>

#include <map>
#include <tuple>
#include <vector>

#include "../../common/ops/optim_options.h"
#include "../kernels/entries_optim.h"
#include "common.h"

namespace fabric::cuda {
namespace {

using at::TensorList;
using MaybeTensor = std::optional<Tensor>;

/// What both operators take. The lists of the 32-bit one for absmax and maps are empty.
struct Lists {
  TensorList params, grads, state1, state2, absmax1, absmax2, qmap1, qmap2, unorm;
  at::IntArrayRef steps;
  bool is8bit;
  /// May be null: rows of optimizer_step_numbers_ on the device, in the place of `steps`.
  const StepNumbers* rows;
};

/// Search tables of the maps of one call, on the device: nearly always the same two maps for all parameters.
class SearchTables {
 public:
  explicit SearchTables(const Lists& lists) {
    for (const TensorList maps : {lists.qmap1, lists.qmap2})
      for (const Tensor& map : maps)
        if (places_.emplace(map.const_data_ptr(), static_cast<int64_t>(maps_.size())).second) maps_.push_back(map.contiguous());
  }
  void make(void* stream) {
    if (maps_.empty()) return;
    std::vector<const float*> pointers;
    for (const Tensor& map : maps_) pointers.push_back(map.const_data_ptr<float>());
    const auto count = static_cast<int64_t>(maps_.size());
    tables_ = at::empty({count, fabric_cuda_search8_bytes()}, maps_[0].options().dtype(c10::kByte));
    check(fabric_cuda_search8(pointers.data(), count, tables_.mutable_data_ptr(), stream), "search tables of 8-bit maps");
  }
  const void* of(const Tensor& map) const { return tables_.const_data_ptr<uint8_t>() + places_.at(map.const_data_ptr()) * fabric_cuda_search8_bytes(); }

 private:
  std::map<const void*, int64_t> places_;
  std::vector<Tensor> maps_;
  Tensor tables_;
};

/// Parameters that one launch can take: of the same types, maps and step. The step is 0 where each parameter has a row of numbers.
using Key = std::tuple<c10::ScalarType, c10::ScalarType, const void*, const void*, int64_t>;
struct Group {
  std::vector<OptimTensor> tensors;
  std::vector<float*> unorm;
};

/// The ratios of a group, in place of the steps that `common` has.
Tensor trustSteps(const OptimKind& kind, const OptimOptions& options, const StepNumbers& now, const Group& group, const Tensor& like, OptimCommon& common, void* stream) {
  const auto count = static_cast<int64_t>(group.tensors.size());
  int64_t chunks = 0;
  for (const OptimTensor& tensor : group.tensors) chunks += ceilDiv(tensor.n, fabric_cuda_trust_chunk());
  Tensor partials = at::empty({2 * chunks}, like.options().dtype(c10::kDouble)), steps = at::empty({count}, like.options().dtype(c10::kFloat));
  const TrustNumbers numbers = trustNumbersOf(kind, options, now);
  check(fabric_cuda_trust(&common, &numbers, group.tensors.data(), count, partials.mutable_data_ptr<double>(), steps.mutable_data_ptr<float>(),
                          group.unorm.empty() ? nullptr : group.unorm.data(), stream),
        "trust ratios");
  common.steps = steps.const_data_ptr<float>();
  return steps;
}

void bumpVersion(const Tensor& t) {
  if (!t.is_inference()) t.unsafeGetTensorImpl()->bump_version();
}

void update(c10::string_view optimizer, const Lists& lists, const OptimOptions& options, const MaybeTensor& gradScale, const MaybeTensor& foundInf) {
  if (lists.params.empty()) return;
  const OptimKind kind = kindOf(optimizer);
  const at::AutoDispatchBelowADInplaceOrView below;
  const Tensor& like = lists.params[0];
  for (const Tensor& param : lists.params) checkDevice(like.device(), param);
  const OnDevice device(like);
  const Tensor scale = numberOn(like, gradScale, c10::kDouble), found = numberOn(like, foundInf, c10::kFloat);
  SearchTables tables(lists);
  tables.make(device.stream());
  std::map<Key, Group> groups;
  std::vector<Tensor> dense, grads;  // contiguous; copies of those that are not
  for (size_t i = 0; i < lists.params.size(); ++i) {
    dense.push_back(lists.params[i].contiguous());
    grads.push_back(lists.grads[i].contiguous());
    const bool hasSecond = !lists.state2.empty();
    OptimTensor t{};
    t.param = dense[i].mutable_data_ptr(), t.grad = grads[i].const_data_ptr(), t.n = dense[i].numel();
    if (lists.rows != nullptr) t.row = lists.rows + i;
    t.state1 = lists.state1[i].mutable_data_ptr(), t.state2 = hasSecond ? lists.state2[i].mutable_data_ptr() : nullptr;
    const void *search1 = nullptr, *search2 = nullptr;
    if (lists.is8bit) {
      t.absmax1 = lists.absmax1[i].mutable_data_ptr<float>(), search1 = tables.of(lists.qmap1[i]);
      if (hasSecond) t.absmax2 = lists.absmax2[i].mutable_data_ptr<float>(), search2 = tables.of(lists.qmap2[i]);
    }
    Group& group = groups[{dense[i].scalar_type(), grads[i].scalar_type(), search1, search2, lists.rows != nullptr ? 0 : lists.steps[i]}];
    group.tensors.push_back(t);
    if (!lists.unorm.empty()) group.unorm.push_back(lists.unorm[i].mutable_data_ptr<float>());
  }
  for (const auto& [key, group] : groups) {
    const auto& [paramType, gradType, search1, search2, step] = key;
    const StepNumbers now = stepNumbersOf(kind, options, static_cast<double>(step));
    OptimCommon common{kind.rule, elementOf(paramType), elementOf(gradType), lists.is8bit, numbersOf(kind, options, now), search1, search2, nullptr, nullptr, nullptr};
    if (found.defined()) common.foundInf = found.const_data_ptr<float>();
    if (scale.defined()) common.gradScale = scale.const_data_ptr<double>();
    Tensor steps;  // lives until the launch
    if (options.maxUnorm > 0) steps = trustSteps(kind, options, now, group, like, common, device.stream());
    const auto launch = lists.is8bit ? fabric_cuda_optim8 : fabric_cuda_optim32;
    check(launch(&common, group.tensors.data(), static_cast<int64_t>(group.tensors.size()), device.stream()), "optimizer step");
  }
  for (size_t i = 0; i < dense.size(); ++i) {
    if (!dense[i].is_same(lists.params[i])) lists.params[i].copy_(dense[i]);
    bumpVersion(lists.params[i]);
  }
}

void update8bit(c10::string_view optimizer, TensorList params, TensorList grads, TensorList state1, TensorList state2, TensorList absmax1, TensorList absmax2,
                TensorList qmap1, TensorList qmap2, TensorList unorm, at::IntArrayRef steps, double lr, double beta1, double beta2, double beta3, double alpha,
                std::optional<double> tAlpha, std::optional<double> tBeta3, double eps, double weightDecay, double maxUnorm, bool skipZeros, bool skipNonFinite,
                const MaybeTensor& gradScale, const MaybeTensor& foundInf, const MaybeTensor& numbers) {
  outputsOf<"fabric::optimizer_update_8bit_blockwise_", decltype(update8bit)>(optimizer, params, grads, state1, state2, absmax1, absmax2, qmap1, qmap2, unorm, steps, lr,
                                  beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, maxUnorm, skipZeros, skipNonFinite, gradScale, foundInf, numbers);
  update(optimizer, {params, grads, state1, state2, absmax1, absmax2, qmap1, qmap2, unorm, steps, true, rowsOf(numbers)},
         optionsOf(lr, beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, maxUnorm, skipZeros, skipNonFinite), gradScale, foundInf);
}

void update32bit(c10::string_view optimizer, TensorList params, TensorList grads, TensorList state1, TensorList state2, TensorList unorm, at::IntArrayRef steps,
                 double lr, double beta1, double beta2, double beta3, double alpha, std::optional<double> tAlpha, std::optional<double> tBeta3, double eps,
                 double weightDecay, double maxUnorm, bool skipZeros, bool skipNonFinite, const MaybeTensor& gradScale, const MaybeTensor& foundInf, const MaybeTensor& numbers) {
  outputsOf<"fabric::optimizer_update_32bit_", decltype(update32bit)>(optimizer, params, grads, state1, state2, unorm, steps, lr, beta1, beta2, beta3, alpha, tAlpha, tBeta3,
                                   eps, weightDecay, maxUnorm, skipZeros, skipNonFinite, gradScale, foundInf, numbers);
  update(optimizer, {params, grads, state1, state2, {}, {}, {}, {}, unorm, steps, false, rowsOf(numbers)},
         optionsOf(lr, beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay, maxUnorm, skipZeros, skipNonFinite), gradScale, foundInf);
}

}  // namespace

FABRIC_CUDA_IMPL(m) {
  m.impl("optimizer_update_8bit_blockwise_", &update8bit);
  m.impl("optimizer_update_32bit_", &update32bit);
}

}  // namespace fabric::cuda
