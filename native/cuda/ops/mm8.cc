// fabric::fp8_mm on CUDA: by libtorch's aten::_scaled_mm where the device has FP8 units that take the product, else by the emulation of the other
// devices, which is said once a reason.
#include <ATen/ops/_scaled_mm.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>

#include <map>
#include <mutex>
#include <set>

#include "fp8.h"

namespace fabric::cuda {
namespace {

using MaybeTensor = std::optional<Tensor>;
using Block = at::OptionalIntArrayRef;
using Signature = Tensor(const Tensor&, const Tensor&, const Tensor&, const Tensor&, const MaybeTensor&, c10::ScalarType, Block, Block, bool, bool);

/// What the units want multiples of; products of blocks also want the scales of four blocks side by side.
constexpr int64_t kAlignment = 16;
constexpr int64_t kBlock = 128;
constexpr int64_t kBlockDepth = 4 * kBlock;

/// A matrix of codes with one scale, or with one for each block.
struct Matrix {
  const Tensor& codes;
  const Tensor& inverse;
  Block block;
};

/// Blocks that libtorch knows: of one row, or square ones, of 128 columns.
bool isRun(const Matrix& m) { return m.block.has_value() && (*m.block)[0] == 1 && (*m.block)[1] == kBlock; }
bool isSquare(const Matrix& m) { return m.block.has_value() && (*m.block)[0] == kBlock && (*m.block)[1] == kBlock; }

const auto& multiply() {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("fabric::fp8_mm", "").typed<Signature>();
  return op;
}

/// The CPU's function composes libtorch's operators where tensors are elsewhere.
Tensor emulated(const Matrix& a, const Matrix& b, const MaybeTensor& bias, c10::ScalarType dtype) {
  return multiply().redispatch(c10::DispatchKeySet(c10::DispatchKey::CPU), a.codes, b.codes, a.inverse, b.inverse, bias, dtype, a.block, b.block, true, false);
}

int64_t missing(int64_t size, int64_t step) { return (step - size % step) % step; }

/// Contiguous codes with more rows and columns of zeros, whose code is 0.
Tensor padded(const Tensor& codes, int64_t rowStep, int64_t colStep) {
  const int64_t rows = missing(codes.size(0), rowStep), cols = missing(codes.size(1), colStep);
  if (rows == 0 && cols == 0) return codes.contiguous();
  return at::constant_pad_nd(codes.contiguous().view(c10::kByte), {0, cols, 0, rows}, 0).view(codes.scalar_type());
}

/// Scales of padded codes: those of runs with rows next to one another, those of squares with columns.
Tensor paddedScales(const Matrix& m, const Tensor& codes) {
  if (!m.block.has_value()) return m.inverse;
  const int64_t rows = isRun(m) ? codes.size(0) : m.inverse.size(0), cols = codes.size(1) / kBlock;
  const Tensor scales = at::constant_pad_nd(m.inverse, {0, cols - m.inverse.size(1), 0, rows - m.inverse.size(0)}, 1);
  return isRun(m) ? scales.t().contiguous().t() : scales.contiguous();
}

/// The product by the units: sums that are not kept in fewer bits unless `isFast`, rounded once.
Tensor byUnits(const Matrix& a, const Matrix& b, const MaybeTensor& bias, c10::ScalarType dtype, bool isFast) {
  const bool hasBlocks = a.block.has_value();
  const Tensor left = padded(a.codes, hasBlocks ? kAlignment : 1, hasBlocks ? kBlockDepth : kAlignment);
  const Tensor right = padded(b.codes, kAlignment, hasBlocks ? kBlockDepth : kAlignment);
  const int64_t rows = a.codes.size(0), cols = b.codes.size(0);
  // cuBLASLt adds a bias in the type of 16-bit results only; any other is added to the sums in float32.
  const bool isWide = dtype == c10::kFloat || dtype == c10::kDouble, isFused = bias.has_value() && !isWide && !hasBlocks && bias->scalar_type() == dtype;
  const bool isLater = bias.has_value() && !isFused;
  const MaybeTensor fused = isFused ? MaybeTensor(at::constant_pad_nd(*bias, {0, missing(cols, kAlignment)}, 0).contiguous()) : std::nullopt;
  Tensor y = at::_scaled_mm(left, right.t(), paddedScales(a, left), hasBlocks ? paddedScales(b, right).t() : b.inverse, fused, std::nullopt, isWide || isLater ? c10::kFloat : dtype,
                            isFast && !hasBlocks);
  y = y.slice(0, 0, rows).slice(1, 0, cols);
  if (isLater) y = y.add(bias->to(c10::kFloat));
  return y.to(dtype).contiguous();
}

/// Whether libtorch multiplies such blocks on this device, and rightly. Found out once for each kind, by a product that waits for the device; not while a
/// graph is captured, when nothing may wait.
bool takesBlocks(const Matrix& a, const Matrix& b, const OnDevice& device) {
  static std::mutex mutex;
  static std::map<std::string, bool> known;
  const std::string name = c10::str(a.codes.device(), a.codes.scalar_type(), isRun(a), b.codes.scalar_type(), isRun(b));
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(name); found != known.end()) return found->second;
  int isCapturing = 0;
  check(fabric_cuda_is_capturing(device.stream(), &isCapturing), "fabric::fp8_mm");
  if (isCapturing) return false;
  // Numbers without a pattern in rows or columns, and sizes that are padded.
  const auto numbers = [&](int64_t rows, int64_t cols) { return at::arange(rows * cols, a.inverse.options()).mul(0.7).sin().reshape({rows, cols}); };
  const auto sample = [&](const Matrix& m, int64_t rows) {
    constexpr int64_t kBlocks = kBlockDepth / kBlock + 1;
    return std::pair{numbers(rows, kBlocks * kBlock).to(m.codes.scalar_type()), numbers(isRun(m) ? rows : ceilDiv(rows, kBlock), kBlocks).add(1.5)};
  };
  bool isRight = false;
  try {
    const auto [x, xInverse] = sample(a, 144);
    const auto [w, wInverse] = sample(b, 272);
    const Matrix left{x, xInverse, a.block}, right{w, wInverse, b.block};
    const Tensor exact = emulated(left, right, std::nullopt, c10::kFloat), ours = byUnits(left, right, std::nullopt, c10::kFloat, false);
    isRight = ours.sub(exact).abs().max().item<float>() <= 1e-3f * exact.abs().max().item<float>();
  } catch (const c10::Error&) {
    // It refuses before anything is queued.
  }
  return known[name] = isRight;
}

/// Why the units cannot take a product; empty if they can.
std::string whyNot(const Matrix& a, const Matrix& b, const OnDevice& device) {
  int capability = 0;
  check(fabric_cuda_capability(&capability), "fabric::fp8_mm");
  const std::string has = std::to_string(capability / 10) + "." + std::to_string(capability % 10);
  if (capability < 89) return "compute capability 8.9 or higher is required for FP8 units and it has " + has;
  if (a.codes.scalar_type() == c10::kFloat8_e5m2 && b.codes.scalar_type() == c10::kFloat8_e5m2) return "no units multiply two matrices of float8_e5m2";
  if (!a.block.has_value() && !b.block.has_value()) return "";
  const bool isKnown = (isRun(a) && (isRun(b) || isSquare(b))) || (isSquare(a) && isRun(b));
  if (!isKnown) return "libtorch multiplies blocks of [1, 128] with such blocks and with those of [128, 128] only";
  if (capability != 90) return "libtorch multiplies blocks of 128 on compute capability 9.0 only and it has " + has;
  return takesBlocks(a, b, device) ? "" : "the loaded libtorch does not multiply such blocks";
}

void sayOnce(const c10::Device& device, const std::string& reason) {
  static std::mutex mutex;
  static std::set<std::string> said;
  {
    const std::lock_guard lock(mutex);
    if (!said.insert(device.str() + reason).second) return;
  }
  TORCH_WARN("fabric::fp8_mm is emulated on ", device, ": ", reason, ". Results are those of FP8, speed is not.");
}

Tensor mm(const Tensor& a, const Tensor& b, const Tensor& aInverse, const Tensor& bInverse, const MaybeTensor& bias, c10::ScalarType dtype, Block aBlock, Block bBlock, bool emulate,
          bool fastAccumulation) {
  const OnDevice device(a);
  const Matrix left{a, aInverse, aBlock}, right{b, bInverse, bBlock};
  // Emulation checks its arguments itself.
  if (emulate || a.numel() == 0 || b.numel() == 0) return emulated(left, right, bias, dtype);
  outputsOf<"fabric::fp8_mm", Signature>(a, b, aInverse, bInverse, bias, dtype, aBlock, bBlock, false, false);
  const std::string reason = whyNot(left, right, device);
  if (reason.empty()) return byUnits(left, right, bias, dtype, fastAccumulation);
  sayOnce(a.device(), reason);
  return emulated(left, right, bias, dtype);
}

}  // namespace

FABRIC_CUDA_IMPL(m) { m.impl("fp8_mm", &mm); }

}  // namespace fabric::cuda
