#include "gemm.h"

#include <ATen/Functions.h>
#include <ATen/CPUFunctions.h>
#include <ATen/Parallel.h>
#include <c10/core/CPUAllocator.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>
#include <vector>

#include "rows.h"

namespace fabric::half {
namespace {

constexpr int64_t kTile = 512;
constexpr int64_t kSmallestTile = 64;
/// Up to so many rows, reading the other operand is what costs.
constexpr int64_t kFewRows = 16;

/// A thread's float32 scratch, kept for its next call: memory that comes and goes by the megabyte costs more than the widening.
float* scratchOf(int64_t floats) {
  thread_local at::DataPtr memory;
  thread_local int64_t capacity = 0;
  if (capacity < floats) {
    memory = c10::GetCPUAllocator()->allocate(static_cast<size_t>(floats) * sizeof(float));
    capacity = floats;
  }
  return static_cast<float*>(memory.get());
}

char* at2(const Matrix& m, int64_t i, int64_t j) { return static_cast<char*>(m.data) + 2 * (i * m.row + j * m.col); }

/// Widens one run of `n` entries that lie `stride` apart.
void widenRun(const Rows& rows, c10::ScalarType dtype, const char* src, int64_t stride, float* dst, int64_t n) {
  if (stride == 1) {
    rows.widen(src, dst, n);
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    const char* entry = src + 2 * i * stride;
    dst[i] = dtype == c10::kHalf ? static_cast<float>(*reinterpret_cast<const c10::Half*>(entry)) : static_cast<float>(*reinterpret_cast<const c10::BFloat16*>(entry));
  }
}

void narrowRun(const Rows& rows, c10::ScalarType dtype, const float* src, char* dst, int64_t stride, int64_t n) {
  if (stride == 1) {
    rows.narrow(src, dst, n);
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    char* entry = dst + 2 * i * stride;
    if (dtype == c10::kHalf)
      *reinterpret_cast<c10::Half*>(entry) = static_cast<c10::Half>(src[i]);
    else
      *reinterpret_cast<c10::BFloat16*>(entry) = static_cast<c10::BFloat16>(src[i]);
  }
}

/// A float32 copy of part of a matrix, in whichever order reads the source in runs.
at::Tensor widenTile(const Rows& rows, const Matrix& m, int64_t i0, int64_t i1, int64_t j0, int64_t j1, float* scratch) {
  const int64_t h = i1 - i0, w = j1 - j0;
  const bool byColumn = m.row == 1 && m.col != 1;
  if (byColumn) {
    for (int64_t j = 0; j < w; ++j) rows.widen(at2(m, i0, j0 + j), scratch + j * h, h);
  } else {
    for (int64_t i = 0; i < h; ++i) widenRun(rows, m.dtype, at2(m, i0 + i, j0), m.col, scratch + i * w, w);
  }
  return at::from_blob(scratch, {h, w}, byColumn ? at::IntArrayRef{1, h} : at::IntArrayRef{w, 1}, at::TensorOptions(at::kFloat));
}

/// y = beta * addend + alpha * m @ x, by rows or by columns of m, whichever lie in runs.
void gemv(const Matrix& m, const char* x, int64_t xStride, const Matrix& out, const Matrix& addend, float alpha, float beta) {
  const Rows& rows = rowsOf(m.dtype);
  const int64_t k = m.cols;
  const at::DataPtr wide = c10::GetCPUAllocator()->allocate(static_cast<size_t>(k) * sizeof(float));
  float* xs = static_cast<float*>(wide.get());
  widenRun(rows, m.dtype, x, xStride, xs, k);
  const bool byColumn = m.row == 1 && m.col != 1;
  const int64_t grain = std::max<int64_t>(1, 32768 / k);
  at::parallel_for(0, m.rows, byColumn ? std::max<int64_t>(grain, 64) : grain, [&](int64_t begin, int64_t end) {
    constexpr int64_t kChunk = 512;
    float sums[kChunk], row[kChunk];
    for (int64_t i0 = begin; i0 < end; i0 += kChunk) {
      const int64_t n = std::min(kChunk, end - i0);
      if (byColumn) {
        std::fill(sums, sums + n, 0.f);
        for (int64_t j = 0; j < k; ++j) rows.axpy(xs[j], at2(m, i0, j), sums, n);
      } else if (m.col == 1) {
        for (int64_t i = 0; i < n; ++i) sums[i] = rows.dot(at2(m, i0 + i, 0), xs, k);
      } else {
        for (int64_t i = 0; i < n; ++i) {
          float total = 0.f;
          for (int64_t j0 = 0; j0 < k; j0 += kChunk) {
            const int64_t w = std::min(kChunk, k - j0);
            widenRun(rows, m.dtype, at2(m, i0 + i, j0), m.col, row, w);
            for (int64_t j = 0; j < w; ++j) total += row[j] * xs[j0 + j];
          }
          sums[i] = total;
        }
      }
      if (beta == 0.f) {
        if (alpha != 1.f)
          for (int64_t i = 0; i < n; ++i) sums[i] *= alpha;
      } else {
        widenRun(rows, m.dtype, at2(addend, i0, 0), addend.row, row, n);
        for (int64_t i = 0; i < n; ++i) sums[i] = beta * row[i] + alpha * sums[i];
      }
      narrowRun(rows, m.dtype, sums, at2(out, i0, 0), out.row, n);
    }
  });
}

/// A few rows of `a` against columns of `b` that lie in runs, each read once: a layer's weights against a small batch.
void gemmFewRows(const Matrix& a, const Matrix& b, const Matrix& out, const Matrix& addend, float alpha, float beta) {
  const Rows& rows = rowsOf(a.dtype);
  const int64_t m = a.rows, k = a.cols;
  const at::DataPtr wide = c10::GetCPUAllocator()->allocate(static_cast<size_t>(m * k) * sizeof(float));
  float* xs = static_cast<float*>(wide.get());
  for (int64_t i = 0; i < m; ++i) widenRun(rows, a.dtype, at2(a, i, 0), a.col, xs + i * k, k);
  at::parallel_for(0, out.cols, std::max<int64_t>(1, 16384 / (m * k)), [&](int64_t begin, int64_t end) {
    float sums[kFewRows], kept[kFewRows];
    for (int64_t j = begin; j < end; ++j) {
      rows.dots(at2(b, 0, j), xs, m, k, sums);
      if (beta != 0.f) widenRun(rows, addend.dtype, at2(addend, 0, j), addend.row, kept, m);
      for (int64_t i = 0; i < m; ++i) sums[i] = beta == 0.f ? alpha * sums[i] : beta * kept[i] + alpha * sums[i];
      narrowRun(rows, out.dtype, sums, at2(out, 0, j), out.row, m);
    }
  });
}

/// Tile sizes that keep every thread busy: the longer side is halved until there are tiles for all.
struct Grid {
  int64_t high, wide;
  int64_t tilesDown, tilesAcross;
};

Grid gridOf(int64_t m, int64_t n) {
  const int64_t threads = at::in_parallel_region() ? 1 : at::get_num_threads();
  int64_t down = at::divup(m, kTile), across = at::divup(n, kTile);
  while ((down * across) % threads != 0 && down * across < 8 * threads) {
    const bool splitDown = at::divup(m, down) >= at::divup(n, across);
    int64_t& parts = splitDown ? down : across;
    if (at::divup(splitDown ? m : n, parts + 1) < kSmallestTile) break;
    ++parts;
  }
  const int64_t high = at::divup(m, down), wide = at::divup(n, across);
  return {high, wide, at::divup(m, high), at::divup(n, wide)};
}

void tile(const Matrix& a, const Matrix& b, const Matrix& out, const Matrix& addend, float alpha, float beta, const Grid& grid, int64_t index, float* scratch) {
  const Rows& rows = rowsOf(a.dtype);
  const int64_t k = a.cols, depth = std::min(k, kTile);
  const int64_t i0 = (index / grid.tilesAcross) * grid.high, i1 = std::min(out.rows, i0 + grid.high);
  const int64_t j0 = (index % grid.tilesAcross) * grid.wide, j1 = std::min(out.cols, j0 + grid.wide);
  const int64_t h = i1 - i0, w = j1 - j0;
  float* sums = scratch;
  float* left = sums + grid.high * grid.wide;
  float* right = left + grid.high * depth;
  at::Tensor c = at::from_blob(sums, {h, w}, at::TensorOptions(at::kFloat));
  float kept = 0.f;  // factor of what `c` holds already
  if (beta != 0.f) {
    kept = beta;
    for (int64_t i = 0; i < h; ++i) widenRun(rows, addend.dtype, at2(addend, i0 + i, j0), addend.col, sums + i * w, w);
  }
  for (int64_t k0 = 0; k0 < k; k0 += depth) {
    const int64_t k1 = std::min(k, k0 + depth);
    const at::Tensor x = widenTile(rows, a, i0, i1, k0, k1, left);
    const at::Tensor y = widenTile(rows, b, k0, k1, j0, j1, right);
    at::cpu::addmm_(c, x, y, kept, alpha);
    kept = 1.f;
  }
  for (int64_t i = 0; i < h; ++i) narrowRun(rows, out.dtype, sums + i * w, at2(out, i0 + i, j0), out.col, w);
}

/// Few rows and columns but a long inner side: each thread sums its own part of it, and the parts are added in order.
void gemmByDepth(const Matrix& a, const Matrix& b, const Matrix& out, const Matrix& addend, float alpha, float beta, int64_t parts) {
  const Rows& rows = rowsOf(a.dtype);
  const int64_t m = out.rows, n = out.cols, k = a.cols, part = at::divup(k, parts);
  const at::DataPtr memory = c10::GetCPUAllocator()->allocate(static_cast<size_t>(parts * m * n) * sizeof(float));
  float* sums = static_cast<float*>(memory.get());
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    const at::AutoDispatchBelowADInplaceOrView noAutograd;
    float* scratch = scratchOf((m + n) * kTile);
    for (int64_t p = begin; p < end; ++p) {
      at::Tensor c = at::from_blob(sums + p * m * n, {m, n}, at::TensorOptions(at::kFloat));
      const int64_t last = std::min(k, (p + 1) * part);
      for (int64_t k0 = p * part; k0 < last; k0 += kTile) {
        const int64_t k1 = std::min(last, k0 + kTile);
        const at::Tensor x = widenTile(rows, a, 0, m, k0, k1, scratch);
        const at::Tensor y = widenTile(rows, b, k0, k1, 0, n, scratch + m * kTile);
        at::cpu::addmm_(c, x, y, k0 == p * part ? 0.f : 1.f, 1.f);
      }
    }
  });
  std::vector<float> row(static_cast<size_t>(n));
  for (int64_t i = 0; i < m; ++i) {
    float* total = sums + i * n;
    for (int64_t p = 1; p < parts; ++p)
      for (int64_t j = 0; j < n; ++j) total[j] += sums[p * m * n + i * n + j];
    if (beta == 0.f) {
      for (int64_t j = 0; j < n; ++j) total[j] *= alpha;
    } else {
      widenRun(rows, addend.dtype, at2(addend, i, 0), addend.col, row.data(), n);
      for (int64_t j = 0; j < n; ++j) total[j] = beta * row[static_cast<size_t>(j)] + alpha * total[j];
    }
    narrowRun(rows, out.dtype, total, at2(out, i, 0), out.col, n);
  }
}

}  // namespace

Matrix matrixOf(const at::Tensor& t) { return {t.data_ptr(), t.scalar_type(), t.size(0), t.size(1), t.stride(0), t.stride(1)}; }

void gemm(const Matrix& a, const Matrix& b, const Matrix& out, const Matrix& addend, float alpha, float beta) {
  if (b.cols == 1) return gemv(a, static_cast<const char*>(b.data), b.row, out, addend, alpha, beta);
  if (a.rows == 1) return gemv(b.t(), static_cast<const char*>(a.data), a.col, out.t(), addend.t(), alpha, beta);
  if (a.rows <= kFewRows && b.row == 1) return gemmFewRows(a, b, out, addend, alpha, beta);
  if (b.cols <= kFewRows && a.col == 1) return gemmFewRows(b.t(), a.t(), out.t(), addend.t(), alpha, beta);
  // Written by rows where possible.
  if (out.row == 1 && out.col != 1) return gemm(b.t(), a.t(), out.t(), addend.t(), alpha, beta);
  const Grid grid = gridOf(out.rows, out.cols);
  const int64_t threads = at::in_parallel_region() ? 1 : at::get_num_threads();
  if (grid.tilesDown * grid.tilesAcross < threads && a.cols >= 2 * kTile)
    return gemmByDepth(a, b, out, addend, alpha, beta, std::min(threads, a.cols / kTile));
  const int64_t depth = std::min(a.cols, kTile);
  const int64_t floats = grid.high * grid.wide + (grid.high + grid.wide) * depth;
  at::parallel_for(0, grid.tilesDown * grid.tilesAcross, 1, [&](int64_t begin, int64_t end) {
    const at::AutoDispatchBelowADInplaceOrView noAutograd;
    float* scratch = scratchOf(floats);
    for (int64_t i = begin; i < end; ++i) tile(a, b, out, addend, alpha, beta, grid, i, scratch);
  });
}

}  // namespace fabric::half
