// float32-accurate products of 16-bit matrices: tiles are widened, multiplied by libtorch's float32 GEMM, and rounded once.
#pragma once

#include <ATen/core/Tensor.h>

namespace fabric::half {

/// A matrix of 16-bit numbers, in elements: entry (i, j) lies at data + i * row + j * col.
struct Matrix {
  void* data;
  c10::ScalarType dtype;
  int64_t rows, cols;
  int64_t row, col;

  Matrix t() const { return {data, dtype, cols, rows, col, row}; }
};

/// A 2-D tensor as a matrix.
Matrix matrixOf(const at::Tensor& t);

/// out = beta * addend + alpha * a @ b, accumulated in float32 and rounded once. `addend` may be broadcast by strides of 0, may be `out`
/// itself, and is not read when beta is 0. Any strides, though one of `a`'s, of `b`'s and of `out`'s should be 1. No dimension is 0.
/// Extra memory: three float32 tiles a thread, of at most 1 MiB each.
void gemm(const Matrix& a, const Matrix& b, const Matrix& out, const Matrix& addend, float alpha, float beta);

}  // namespace fabric::half
