// Optimizer steps, once an instruction set. A block's numbers are widened into the first-level cache, changed there and narrowed once.
// No contraction, IEEE division and root, sums in a fixed order: every instruction set gives the same bits.
#include "optim8.h"

#include <algorithm>
#include <cmath>

#include "block.h"
#include "encode8.h"

namespace fabric::bnb::FABRIC_ISA {
namespace {

constexpr int kBlock = static_cast<int>(kOptimBlock);

/// One block in float32.
struct Work {
  alignas(64) float p[kBlock];
  alignas(64) float g[kBlock];
  alignas(64) float direction[kBlock];
  alignas(64) float s[3][kBlock];
};

void decode(const float* map, const uint8_t* codes, float absmax, float* s, int n) {
  int i = 0;
#if defined(FABRIC_ISA_AVX512)
  const __m512 scale = _mm512_set1_ps(absmax);
  for (; i + 16 <= n; i += 16) {
    const __m512i index = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i)));
    _mm512_store_ps(s + i, _mm512_mul_ps(lookup256(map, index), scale));
  }
#elif defined(FABRIC_ISA_AVX2)
  const __m256 scale = _mm256_set1_ps(absmax);
  for (; i + 8 <= n; i += 8) {
    const __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + i)));
    _mm256_store_ps(s + i, _mm256_mul_ps(_mm256_i32gather_ps(map, index, 4), scale));
  }
#endif
  for (; i < n; ++i) s[i] = map[codes[i]] * absmax;
}

/// The nearest value to s / absmax. A negative state never becomes zero: it takes the code before zero's, as bitsandbytes has it on CUDA, where a
/// code must have the sign of its value; a positive one may, since zero has its sign.
template <bool once>
void encode(const Encoder8& encoder, const float* s, float absmax, uint8_t* codes, int n) {
  const int zero = encoder.zero == 0 ? 256 : encoder.zero;  // nothing is below the zero of a map without negative values
  int i = 0;
#if defined(FABRIC_ISA_AVX512)
  const __m512 scale = _mm512_set1_ps(absmax);
  for (; i + 16 <= n; i += 16) {
    const __m512 x = _mm512_load_ps(s + i);
    const __m512i index = encode8<once>(encoder, _mm512_div_ps(x, scale));
    const __mmask16 isLost = _mm512_mask_cmpeq_epi32_mask(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), index, _mm512_set1_epi32(zero));
    const __m512i kept = _mm512_mask_sub_epi32(index, isLost, index, _mm512_set1_epi32(1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm512_cvtepi32_epi8(kept));
  }
#elif defined(FABRIC_ISA_AVX2)
  const __m256 scale = _mm256_set1_ps(absmax);
  for (; i + 8 <= n; i += 8) {
    const __m256 x = _mm256_load_ps(s + i);
    const __m256i index = encode8<once>(encoder, _mm256_div_ps(x, scale));
    const __m256i isNegative = _mm256_castps_si256(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
    const __m256i kept = _mm256_add_epi32(index, _mm256_and_si256(isNegative, _mm256_cmpeq_epi32(index, _mm256_set1_epi32(zero))));
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(kept), _mm256_extracti128_si256(kept, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(codes + i), _mm_packus_epi16(words, words));
  }
#endif
  for (; i < n; ++i) {
    const uint8_t index = encode8One(encoder, s[i] / absmax);
    codes[i] = static_cast<uint8_t>(index - (s[i] < 0 && index == zero));
  }
}

void readState(const OptimState& state, int64_t block, float* s, int n) {
  const int64_t begin = block * kOptimBlock;
  if (state.wide != nullptr) std::copy_n(state.wide + begin, n, s);
  else decode(state.map, state.codes + begin, state.absmax[block], s, n);
}

void writeState(const OptimState& state, int64_t block, const float* s, int n) {
  const int64_t begin = block * kOptimBlock;
  if (state.wide != nullptr) {
    std::copy_n(s, n, state.wide + begin);
    return;
  }
  const float absmax = absmaxOf(s, n);
  state.absmax[block] = absmax;
  uint8_t* codes = state.codes + begin;
  const Encoder8& encoder = *state.encoder;
  if (absmax == 0) std::fill(codes, codes + n, encoder.zero);
  else if (encoder.comparisons == 1) encode<true>(encoder, s, absmax, codes, n);
  else encode<false>(encoder, s, absmax, codes, n);
}

constexpr int statesOf(StepRule rule) { return rule == StepRule::Adam ? 2 : rule == StepRule::AdEMAMix ? 3 : 1; }

/// State after the step, and the direction: what times `step` is added to p.
template <StepRule rule>
void advance(Work& work, const OptimNumbers& by, int n) {
  const float *__restrict g = work.g;
  float *__restrict s0 = work.s[0], *__restrict s1 = work.s[1], *__restrict s2 = work.s[2], *__restrict direction = work.direction;
  const OptimNumbers k = by;
  for (int i = 0; i < n; ++i) {
    if constexpr (rule == StepRule::Adam) {
      s0[i] = k.beta1 * s0[i] + k.rest1 * g[i];
      s1[i] = k.beta2 * s1[i] + k.rest2 * (g[i] * g[i]);
      direction[i] = s0[i] / (std::sqrt(s1[i]) + k.eps);
    } else if constexpr (rule == StepRule::AdEMAMix) {
      s0[i] = k.beta1 * s0[i] + k.rest1 * g[i];
      s2[i] = k.beta3 * s2[i] + k.rest3 * g[i];
      s1[i] = k.beta2 * s1[i] + k.rest2 * (g[i] * g[i]);
      direction[i] = (s0[i] / k.c1 + k.alpha * s2[i]) / (std::sqrt(s1[i]) / k.c2 + k.eps);
    } else if constexpr (rule == StepRule::Momentum) {
      s0[i] = k.isFirst ? g[i] : k.beta1 * s0[i] + g[i];
      direction[i] = s0[i];
    } else if constexpr (rule == StepRule::Lion) {
      const float mixed = k.beta1 * s0[i] + k.rest1 * g[i];
      direction[i] = mixed > 0 ? 1.0f : mixed < 0 ? -1.0f : mixed;  // a NaN stays one
      s0[i] = k.beta2 * s0[i] + k.rest2 * g[i];
    } else {
      s0[i] = rule == StepRule::RMSprop ? k.beta1 * s0[i] + k.rest1 * (g[i] * g[i]) : s0[i] + g[i] * g[i];
      direction[i] = g[i] / (std::sqrt(s0[i]) + k.eps);
    }
  }
}

/// Reads a block and advances its state in `work`; `skipped` says which elements stay as they are.
template <StepRule rule>
void load(const OptimParam& param, const OptimNumbers& by, int64_t block, int n, Work& work, bool* skipped) {
  const int64_t begin = block * kOptimBlock;
  widenRun(param.paramElement, static_cast<const char*>(param.param) + begin * sizeOf(param.paramElement), work.p, n);
  widenRun(param.gradElement, static_cast<const char*>(param.grad) + begin * sizeOf(param.gradElement), work.g, n);
  for (int k = 0; k < statesOf(rule); ++k) readState(param.states[k], block, work.s[k], n);
  if (by.gradScale != 1)
    for (int i = 0; i < n; ++i) work.g[i] *= by.gradScale;
  const bool skips = by.skipZeros || by.skipNonFinite;
  Work before;
  if (skips) {
    for (int i = 0; i < n; ++i) skipped[i] = (by.skipZeros && work.g[i] == 0) || (by.skipNonFinite && !std::isfinite(work.g[i]));
    for (int k = 0; k < statesOf(rule); ++k) std::copy_n(work.s[k], n, before.s[k]);
  }
  if (by.coupled != 0)
    for (int i = 0; i < n; ++i) work.g[i] += by.coupled * work.p[i];
  advance<rule>(work, by, n);
  if (!skips) return;
  for (int i = 0; i < n; ++i) {
    if (!skipped[i]) continue;
    for (int k = 0; k < statesOf(rule); ++k) work.s[k][i] = before.s[k][i];
    work.direction[i] = 0;
  }
}

template <StepRule rule>
void updateBy(const OptimParam& param, const OptimNumbers& by, int64_t first, int64_t last) {
  Work work;
  bool skipped[kBlock];
  for (int64_t block = first; block < last; ++block) {
    const int64_t begin = block * kOptimBlock;
    const int n = static_cast<int>(std::min(kOptimBlock, param.n - begin));
    load<rule>(param, by, block, n, work, skipped);
    if (by.skipZeros || by.skipNonFinite) {
      for (int i = 0; i < n; ++i)
        if (!skipped[i]) work.p[i] = work.p[i] * by.keep + by.step * work.direction[i];
    } else {
      for (int i = 0; i < n; ++i) work.p[i] = work.p[i] * by.keep + by.step * work.direction[i];
    }
    narrowRun(param.paramElement, work.p, static_cast<char*>(param.param) + begin * sizeOf(param.paramElement), n);
    for (int k = 0; k < statesOf(rule); ++k) writeState(param.states[k], block, work.s[k], n);
  }
}

/// The sum of squares in float64, in eight lanes whatever the instruction set.
double squaresOf(const float* x, int n) {
  double lanes[8] = {};
  int i = 0;
  for (; i + 8 <= n; i += 8)
    for (int lane = 0; lane < 8; ++lane) lanes[lane] += static_cast<double>(x[i + lane]) * static_cast<double>(x[i + lane]);
  for (int lane = 0; i < n; ++i, ++lane) lanes[lane] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

template <StepRule rule>
void normsBy(const OptimParam& param, const OptimNumbers& by, int64_t first, int64_t last, double* squares) {
  Work work;
  bool skipped[kBlock];
  for (int64_t block = first; block < last; ++block) {
    const int n = static_cast<int>(std::min(kOptimBlock, param.n - block * kOptimBlock));
    load<rule>(param, by, block, n, work, skipped);
    squares[2 * block] = squaresOf(work.direction, n);
    squares[2 * block + 1] = squaresOf(work.p, n);
  }
}

/// Calls `body` with the rule as a constant.
template <typename Body>
void withRule(StepRule rule, Body body) {
  switch (rule) {
    case StepRule::Adam: return body.template operator()<StepRule::Adam>();
    case StepRule::AdEMAMix: return body.template operator()<StepRule::AdEMAMix>();
    case StepRule::Momentum: return body.template operator()<StepRule::Momentum>();
    case StepRule::Lion: return body.template operator()<StepRule::Lion>();
    case StepRule::RMSprop: return body.template operator()<StepRule::RMSprop>();
    case StepRule::Adagrad: return body.template operator()<StepRule::Adagrad>();
  }
}

void update(StepRule rule, const OptimParam& param, const OptimNumbers& numbers, int64_t first, int64_t last) {
  withRule(rule, [&]<StepRule known>() { updateBy<known>(param, numbers, first, last); });
}

void norms(StepRule rule, const OptimParam& param, const OptimNumbers& numbers, int64_t first, int64_t last, double* squares) {
  withRule(rule, [&]<StepRule known>() { normsBy<known>(param, numbers, first, last, squares); });
}

}  // namespace

const Optim8& optim8() {
  static const Optim8 table{update, norms};
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
