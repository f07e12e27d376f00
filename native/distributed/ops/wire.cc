#include "wire.h"

#include <ATen/ATen.h>

namespace fabric::distributed {
namespace {

/// What gloo reduces: the rest is carried in one of these.
bool isReducible(at::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat:
    case at::kDouble:
    case at::kHalf:
    case at::kBFloat16:
    case at::kChar:
    case at::kByte:
    case at::kInt:
    case at::kLong:
      return true;
    default:
      return false;
  }
}

/// Also where the memory holds conjugates or negatives of the elements.
at::Tensor flat(const at::Tensor& t) {
  const bool plain = t.is_contiguous() && !t.is_conj() && !t.is_neg();
  const auto own = plain ? t : t.resolve_conj().resolve_neg().contiguous();
  return own.dim() == 1 ? own : own.view({-1});
}

/// true and false are bytes of 1 and 0: their sum is "or", their product "and".
ReduceOp opOfBool(ReduceOp op) {
  if (op == ReduceOp::SUM) return ReduceOp::MAX;
  return op == ReduceOp::PRODUCT ? ReduceOp::MIN : op;
}

/// The same where there is only arithmetic.
ReduceOp arithmetic(ReduceOp op) {
  if (op == ReduceOp::BAND) return ReduceOp::MIN;
  return op == ReduceOp::BOR ? ReduceOp::MAX : op;
}

at::Tensor elementsOf(const at::Tensor& t) {
  if (t.is_complex()) return at::view_as_real(flat(t)).view({-1});
  if (t.scalar_type() == at::kBool) return flat(t).view(at::kByte);
  if (isReducible(t.scalar_type())) return flat(t);
  // The low bits of a 32-bit result are the 16-bit one.
  if (t.scalar_type() == at::kShort) return flat(t).to(at::kInt);
  TORCH_CHECK(false, "tensors of ", t.scalar_type(), " cannot be reduced across processes; convert them to float32 or bfloat16");
}

at::Tensor restored(const at::Tensor& wire, const at::Tensor& like) {
  if (like.is_complex()) return at::view_as_complex(wire.view({-1, 2})).view(like.sizes());
  if (like.scalar_type() == at::kBool) return wire.view(at::kBool).view(like.sizes());
  return wire.view(like.sizes());
}

bool isBitwise(ReduceOp op) { return op == ReduceOp::BAND || op == ReduceOp::BOR || op == ReduceOp::BXOR; }

void divide(const at::Tensor& sum, int64_t count) {
  if (c10::isIntegralType(sum.scalar_type(), true)) sum.copy_(sum.div(count, "trunc"));
  else sum.div_(count);
}

}  // namespace

ReduceOp reduceOpOf(const std::string& name) {
  static const std::pair<const char*, ReduceOp> kOps[] = {
      {"sum", ReduceOp::SUM}, {"avg", ReduceOp::AVG}, {"product", ReduceOp::PRODUCT}, {"min", ReduceOp::MIN},
      {"max", ReduceOp::MAX}, {"band", ReduceOp::BAND}, {"bor", ReduceOp::BOR},         {"bxor", ReduceOp::BXOR}};
  for (const auto& [known, op] : kOps) {
    if (name == known) return op;
  }
  TORCH_CHECK(false, "unknown reduction \"", name, "\"");
}

at::Tensor bytesToSend(const at::Tensor& t) {
  const auto detached = t.detach();
  return isReducible(t.scalar_type()) ? flat(detached) : flat(detached).view(at::kByte);
}

Target bytesToFill(const at::Tensor& t) {
  const auto detached = t.detach();
  if (detached.is_contiguous() && !detached.is_conj() && !detached.is_neg()) return {bytesToSend(t), nullptr};
  const auto room = at::empty(t.sizes(), t.options().memory_format(at::MemoryFormat::Contiguous));
  return {bytesToSend(room), [detached, room] { detached.copy_(room); }};
}

void requireReducible(const at::Tensor& t, ReduceOp op) {
  TORCH_CHECK(!t.is_complex() || op == ReduceOp::SUM || op == ReduceOp::AVG, "complex tensors can be summed or averaged across processes, nothing else");
  TORCH_CHECK(!t.is_floating_point() || !isBitwise(op), "bitwise reductions take integers, not ", t.scalar_type());
  TORCH_CHECK(t.scalar_type() != at::kBool || op != ReduceOp::AVG, "a mean of bool tensors does not exist; convert them to float32");
}

bool hasNativeReduction(const at::Tensor& t, ReduceOp op) {
  // A mean of integers is cut after the sum, as on the CPU.
  return t.is_cuda() && isReducible(t.scalar_type()) && !isBitwise(op) && (op != ReduceOp::AVG || t.is_floating_point());
}

Reduction reductionOf(const at::Tensor& t, ReduceOp op, int size) {
  requireReducible(t, op);
  TORCH_CHECK(!t.is_cuda() || !isBitwise(op) || (t.scalar_type() == at::kBool && op != ReduceOp::BXOR), "NCCL has no bitwise reductions; move the tensor to the CPU, or use sum, min or max");
  const auto target = t.detach();
  const auto wire = elementsOf(target);
  // NCCL divides by itself, which no sum of 16-bit floats overflows.
  const bool own = wire.is_alias_of(target), mean = op == ReduceOp::AVG && !hasNativeReduction(t, op);
  if (t.scalar_type() == at::kBool) op = t.is_cuda() ? arithmetic(opOfBool(op)) : opOfBool(op);
  if (own && !mean) return {wire, op, nullptr};
  auto after = [=] {
    if (mean) divide(wire, size);
    if (!own) target.copy_(restored(wire, target));
  };
  if (mean) op = ReduceOp::SUM;
  return {wire, op, after};
}

at::Tensor reduceParts(const at::Tensor& parts, ReduceOp op) {
  const auto dtype = parts.scalar_type();
  const bool half = dtype == at::kHalf || dtype == at::kBFloat16;
  switch (op) {
    case ReduceOp::SUM:
      return dtype == at::kBool ? parts.any(0) : parts.sum(0);
    case ReduceOp::AVG: {
      auto sum = parts.sum(at::IntArrayRef{0}, false, half ? std::optional<at::ScalarType>(at::kFloat) : std::nullopt);
      divide(sum, parts.size(0));
      return sum;
    }
    case ReduceOp::PRODUCT:
      return dtype == at::kBool ? parts.all(0) : parts.prod(0);
    case ReduceOp::MIN:
      return parts.amin(0);
    case ReduceOp::MAX:
      return parts.amax(0);
    default: {
      auto out = parts[0].clone();
      for (int64_t i = 1; i < parts.size(0); ++i) {
        if (op == ReduceOp::BAND) out.bitwise_and_(parts[i]);
        else if (op == ReduceOp::BOR) out.bitwise_or_(parts[i]);
        else out.bitwise_xor_(parts[i]);
      }
      return out;
    }
  }
}

void changed(const at::Tensor& t) {
  if (!t.is_inference()) t.unsafeGetTensorImpl()->bump_version();
}

}  // namespace fabric::distributed
