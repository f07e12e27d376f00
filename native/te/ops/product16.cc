#include "product16.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/native/CPUBlas.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "../../common/kernels/isa.h"

namespace fabric::te {
namespace {

using Value = c10::BFloat16;

/// Rows and columns of a tile of the result, whose sums stay in the nearest cache.
constexpr int64_t kTile = 64;
/// Terms that are added to a tile at a time.
constexpr int64_t kDepth = 512;
/// Every pair of sizes has machine code of its own in oneDNN: sizes are rounded up, by zeros, so that there are few.
constexpr int64_t kRowStep = 16, kDepthStep = 32;
/// Codes that are turned at a time, in each direction.
constexpr int64_t kTurn = 64;
/// Values of rows that a thread decodes at a time: 2 MB.
constexpr int64_t kPacked = 1 << 20;
/// Products of two numbers that a thread is worth.
constexpr int64_t kWork = 1 << 20;

int64_t roundUp(int64_t n, int64_t step) { return ceilDiv(n, step) * step; }

/// Codes `[rows, k]`, contiguous, or with `isTurned` the transpose of what is: `[k, rows]`.
struct Operand {
  const uint8_t* codes;
  Fp8 format;
  int64_t rows, k;
  bool isTurned;
};

/// A piece of `depth` terms from `start`; beyond `real` of them there are zeros.
struct Piece {
  int64_t start, real, depth;
};

template <typename Fn>
void eachPiece(int64_t k, Fn&& fn) {
  for (int64_t start = 0; start < k; start += kDepth) {
    const int64_t real = std::min(kDepth, k - start);
    fn(Piece{start, real, roundUp(real, kDepthStep)});
  }
}

void widen(Fp8 format, const uint8_t* codes, int64_t n, Value* to) { cast8().widen(format, codes, n, reinterpret_cast<uint16_t*>(to)); }

void zero(Value* to, int64_t n) { std::memset(static_cast<void*>(to), 0, static_cast<size_t>(n) * sizeof(Value)); }

/// Codes of a block: rows `stride` apart.
struct Block {
  const uint8_t* codes;
  int64_t stride;
};

/// `block` with `rows` of `cols` codes, or if they are not kTurn of `wanted` a copy in `space` that zeros make so many.
Block whole(Block block, int64_t rows, int64_t cols, int64_t wanted, uint8_t (&space)[kTurn * kTurn]) {
  if (rows == kTurn && cols == wanted) return block;
  std::memset(space, 0, sizeof space);
  for (int64_t r = 0; r < rows; ++r) std::memcpy(space + r * kTurn, block.codes + r * block.stride, static_cast<size_t>(cols));
  return {space, kTurn};
}

/// `[padded, depth]` values of a piece of `rows` rows from `row`; beyond them zeros.
void packRows(const Operand& m, int64_t row, int64_t rows, int64_t padded, const Piece& piece, Value* to) {
  const auto [start, real, depth] = piece;
  uint8_t turned[kTurn * kTurn], space[kTurn * kTurn];
  for (int64_t r = 0; r < rows && !m.isTurned; ++r) {
    widen(m.format, m.codes + (row + r) * m.k + start, real, to + r * depth);
    zero(to + r * depth + real, depth - real);
  }
  for (int64_t p = 0; p < depth && m.isTurned; p += kTurn) {
    const int64_t width = std::min(kTurn, depth - p), n = std::clamp<int64_t>(real - p, 0, width);
    const Block block = whole({m.codes + (start + p) * m.rows + row, m.rows}, n, rows, kTurn, space);
    transpose8(block.codes, block.stride, width, kTurn, turned, kTurn);
    for (int64_t r = 0; r < rows; ++r) widen(m.format, turned + r * kTurn, width, to + r * depth + p);
  }
  zero(to + rows * depth, (padded - rows) * depth);
}

/// `[depth / 2, kTile, 2]` values of columns from `column`: terms in pairs, as the units take them.
void packColumns(const Operand& m, int64_t column, const Piece& piece, Value* to) {
  const auto [start, real, depth] = piece;
  const int64_t columns = std::min(kTile, m.rows - column);
  uint8_t pairs[kTurn * kTile], space[kTurn * kTurn];
  for (int64_t p = 0; p < depth; p += kTurn) {
    const int64_t width = std::min(kTurn, depth - p), n = std::clamp<int64_t>(real - p, 0, width);
    if (m.isTurned) {
      const Block block = whole({m.codes + (start + p) * m.rows + column, m.rows}, n, columns, kTile, space);
      for (int64_t i = 0; i < width; i += 2) interleave8(block.codes + i * block.stride, block.codes + (i + 1) * block.stride, kTile, pairs + i * kTile);
    } else {
      const Block block = whole({m.codes + column * m.k + start + p, m.k}, columns, n, width, space);
      // Rows lie too far apart for the CPU to guess what is next.
      for (int64_t r = 0; r < columns && p + kTurn < real; ++r) __builtin_prefetch(m.codes + (column + r) * m.k + start + p + kTurn);
      transposePairs8(block.codes, block.stride, kTile, width / 2, pairs, kTile);
    }
    widen(m.format, pairs, width * kTile, to + p * kTile);
  }
}

/// Where results go, and what is done to sums before.
struct Result {
  void* to;
  Element element;
  int64_t size;
  float scale;
  const float* bias;
};

struct Range {
  int64_t begin, end;
};

/// Part `i` of `parts` of `n` rows, in whole tiles.
Range rangeOf(int64_t n, int64_t tiles, int64_t i, int64_t parts) { return {tiles * i / parts * kTile, std::min(n, tiles * (i + 1) / parts * kTile)}; }

/// The part of a product that one thread computes.
void multiply(const Operand& left, const Operand& right, Range rows, Range columns, const Result& result) {
  const int64_t k = left.k, n = right.rows, depth = roundUp(k, kDepthStep);
  const int64_t most = std::max(kTile, kPacked / depth / kTile * kTile), span = std::min(most, roundUp(rows.end - rows.begin, kRowStep));
  const Tensor space = at::empty({(span + kTile) * depth}, at::TensorOptions().dtype(c10::kBFloat16));
  Value *a = space.mutable_data_ptr<Value>(), *b = a + span * depth;
  alignas(64) float sums[kTile * kTile];
  for (int64_t top = rows.begin; top < rows.end; top += span) {
    const int64_t count = std::min(span, rows.end - top), padded = roundUp(count, kRowStep);
    for (int64_t row = 0; row < count; row += kTile)
      eachPiece(k, [&](const Piece& piece) {
        packRows(left, top + row, std::min(kTile, count - row), std::min(kTile, padded - row), piece, a + piece.start * padded + row * piece.depth);
      });
    for (int64_t column = columns.begin; column < columns.end; column += kTile) {
      eachPiece(k, [&](const Piece& piece) { packColumns(right, column, piece, b + piece.start * kTile); });
      const float* bias = result.bias == nullptr ? nullptr : result.bias + column;
      for (int64_t row = 0; row < count; row += kTile) {
        eachPiece(k, [&](const Piece& piece) {
          at::native::cpublas::brgemm(std::min(kTile, padded - row), kTile, piece.depth, piece.depth, kTile, kTile, piece.start > 0, a + piece.start * padded + row * piece.depth,
                                      b + piece.start * kTile, sums);
        });
        char* to = static_cast<char*>(result.to) + ((top + row) * n + column) * result.size;
        for (int64_t r = 0; r < std::min(kTile, count - row); ++r)
          cast8().finish(sums + r * kTile, result.scale, bias, std::min(kTile, columns.end - column), result.element, to + r * n * result.size);
      }
    }
  }
}

/// How the tiles of a result are divided among threads.
struct Grid {
  int64_t down, across;
};

/// The quickest one: a tile takes as long as decoding two and a half times what it needs of one side.
Grid gridOf(int64_t down, int64_t across, int64_t k) {
  const int64_t work = down * across * kTile * kTile * k, threads = at::in_parallel_region() ? 1 : std::clamp<int64_t>(work / kWork, 1, at::get_num_threads());
  Grid best{1, 1};
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int64_t i = 1; i <= std::min(threads, down); ++i) {
    const int64_t j = std::min(threads / i, across), high = ceilDiv(down, i), wide = ceilDiv(across, j);
    const int64_t cost = 5 * high * wide + 2 * (high + wide);
    if (cost >= least) continue;
    least = cost;
    best = {i, j};
  }
  return best;
}

Operand operandOf(const Tensor& codes) {
  const bool isTurned = !codes.is_contiguous() && codes.t().is_contiguous();
  return {static_cast<const uint8_t*>(codes.const_data_ptr()), formatOf(codes.scalar_type()), codes.size(0), codes.size(1), isTurned};
}

/// As `operandOf` wants it.
Tensor simple(const Tensor& codes) { return codes.t().is_contiguous() ? codes : codes.contiguous(); }

/// Whether libtorch multiplies here, and rightly: sums that bfloat16 could not hold, a negative term, a NaN that stays in its row.
bool isRight() {
  constexpr int64_t m = 3, n = 5, k = 70;
  Tensor a = at::ones({m, k}).to(c10::kFloat8_e4m3fn), b = at::ones({n, k}).to(c10::kFloat8_e5m2), out = at::empty({m, n}, c10::kFloat);
  uint8_t* codes = static_cast<uint8_t*>(a.mutable_data_ptr());
  codes[0] = 0x7e;          // 448
  codes[1] = 0x81;          // -2^-9
  codes[2 * k + 1] = 0x7f;  // NaN
  try {
    product16(a, b, 0.5f, nullptr, out);
  } catch (const std::exception&) {
    return false;
  }
  const float* y = out.const_data_ptr<float>();
  for (int64_t i = 0; i < n; ++i)
    if (y[i] != 0.5f * (448.0f - 0x1p-9f + 68.0f) || y[n + i] != 35.0f || !std::isnan(y[2 * n + i])) return false;
  return true;
}

}  // namespace

bool hasProducts16() {
  // oneDNN can be switched off while a program runs.
  if (!hasBf16Products() || !at::globalContext().userEnabledMkldnn()) return false;
  static const bool isHere = [] {
    const char* wanted = std::getenv("FABRIC_FP8_PRODUCTS");
    return !(wanted != nullptr && std::strcmp(wanted, "float32") == 0) && isRight();
  }();
  return isHere;
}

void product16(const Tensor& a, const Tensor& b, float scale, const float* bias, Tensor& out) {
  const Tensor first = simple(a), second = simple(b);
  const Operand left = operandOf(first), right = operandOf(second);
  const Result result{out.mutable_data_ptr(), elementOf(out.scalar_type()), static_cast<int64_t>(out.element_size()), scale, bias};
  const int64_t down = ceilDiv(left.rows, kTile), across = ceilDiv(right.rows, kTile);
  const Grid grid = gridOf(down, across, left.k);
  // No thread waits for another: where two need the same values both decode them.
  at::parallel_for(0, grid.down * grid.across, 1, [&](int64_t begin, int64_t end) {
    for (int64_t cell = begin; cell < end; ++cell) {
      const int64_t i = cell / grid.across, j = cell % grid.across;
      const Range rows = rangeOf(left.rows, down, i, grid.down), columns = rangeOf(right.rows, across, j, grid.across);
      multiply(left, right, rows, columns, result);
    }
    at::native::cpublas::brgemm_release();
  });
}

}  // namespace fabric::te
