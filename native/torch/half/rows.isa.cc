// Compiled once an instruction set; CPU_CAPABILITY names the one of this object file.
#include <ATen/cpu/vec/functional.h>
#include <ATen/cpu/vec/vec.h>

#include "rows.h"

namespace fabric::half {
namespace CPU_CAPABILITY {
namespace {

using Floats = at::vec::Vectorized<float>;

template <typename T>
void widen(const void* src, float* dst, int64_t n) {
  const T* from = static_cast<const T*>(src);
  using Halves = at::vec::Vectorized<T>;
  int64_t i = 0;
  for (; i + Halves::size() <= n; i += Halves::size()) {
    auto [low, high] = at::vec::convert_to_float<T>(Halves::loadu(from + i));
    low.store(dst + i);
    high.store(dst + i + Floats::size());
  }
  for (; i < n; ++i) dst[i] = static_cast<float>(from[i]);
}

template <typename T>
void narrow(const float* src, void* dst, int64_t n) {
  T* to = static_cast<T*>(dst);
  using Halves = at::vec::Vectorized<T>;
  int64_t i = 0;
  for (; i + Halves::size() <= n; i += Halves::size())
    at::vec::convert_from_float<T>(Floats::loadu(src + i), Floats::loadu(src + i + Floats::size())).store(to + i);
  for (; i < n; ++i) to[i] = static_cast<T>(src[i]);
}

template <typename T>
float dot(const void* row, const float* x, int64_t n) {
  const T* from = static_cast<const T*>(row);
  using Halves = at::vec::Vectorized<T>;
  constexpr int64_t step = Halves::size(), half = Floats::size();
  Floats sums[4] = {Floats(0.f), Floats(0.f), Floats(0.f), Floats(0.f)};
  int64_t i = 0;
  for (; i + 2 * step <= n; i += 2 * step) {
    auto [a, b] = at::vec::convert_to_float<T>(Halves::loadu(from + i));
    auto [c, d] = at::vec::convert_to_float<T>(Halves::loadu(from + i + step));
    sums[0] = at::vec::fmadd(a, Floats::loadu(x + i), sums[0]);
    sums[1] = at::vec::fmadd(b, Floats::loadu(x + i + half), sums[1]);
    sums[2] = at::vec::fmadd(c, Floats::loadu(x + i + step), sums[2]);
    sums[3] = at::vec::fmadd(d, Floats::loadu(x + i + step + half), sums[3]);
  }
  const Floats all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  float total = at::vec::vec_reduce_all<float>([](Floats& a, Floats& b) { return a + b; }, all);
  for (; i < n; ++i) total += static_cast<float>(from[i]) * x[i];
  return total;
}

template <typename T>
void dots(const void* row, const float* xs, int64_t m, int64_t n, float* sums) {
  const T* from = static_cast<const T*>(row);
  using Halves = at::vec::Vectorized<T>;
  constexpr int64_t half = Floats::size();
  int64_t j = 0;
  for (; j + 4 <= m; j += 4) {
    const float* x = xs + j * n;
    Floats low[4] = {Floats(0.f), Floats(0.f), Floats(0.f), Floats(0.f)};
    Floats high[4] = {Floats(0.f), Floats(0.f), Floats(0.f), Floats(0.f)};
    int64_t i = 0;
    for (; i + Halves::size() <= n; i += Halves::size()) {
      auto [a, b] = at::vec::convert_to_float<T>(Halves::loadu(from + i));
      for (int64_t r = 0; r < 4; ++r) {
        low[r] = at::vec::fmadd(a, Floats::loadu(x + r * n + i), low[r]);
        high[r] = at::vec::fmadd(b, Floats::loadu(x + r * n + i + half), high[r]);
      }
    }
    for (int64_t r = 0; r < 4; ++r) {
      float total = at::vec::vec_reduce_all<float>([](Floats& a, Floats& b) { return a + b; }, low[r] + high[r]);
      for (int64_t tail = i; tail < n; ++tail) total += static_cast<float>(from[tail]) * x[r * n + tail];
      sums[j + r] = total;
    }
  }
  for (; j < m; ++j) sums[j] = dot<T>(row, xs + j * n, n);
}

template <typename T>
void axpy(float a, const void* row, float* y, int64_t n) {
  const T* from = static_cast<const T*>(row);
  using Halves = at::vec::Vectorized<T>;
  const Floats factor(a);
  int64_t i = 0;
  for (; i + Halves::size() <= n; i += Halves::size()) {
    auto [low, high] = at::vec::convert_to_float<T>(Halves::loadu(from + i));
    at::vec::fmadd(factor, low, Floats::loadu(y + i)).store(y + i);
    at::vec::fmadd(factor, high, Floats::loadu(y + i + Floats::size())).store(y + i + Floats::size());
  }
  for (; i < n; ++i) y[i] += a * static_cast<float>(from[i]);
}

template <typename T>
constexpr Rows kRows{&widen<T>, &narrow<T>, &dot<T>, &dots<T>, &axpy<T>};

}  // namespace

const Rows& rows(c10::ScalarType dtype) { return dtype == c10::kHalf ? kRows<c10::Half> : kRows<c10::BFloat16>; }

}  // namespace CPU_CAPABILITY
}  // namespace fabric::half
