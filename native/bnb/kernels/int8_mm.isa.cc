// Products of 8-bit numbers, once an instruction set. A tile holds its sums in registers over the whole of k and reads both factors where they
// lie: nothing is packed, so one row costs no more than its bytes. Tiles of 16-bit lanes serve -128 as well, which |a| * sign(b, a) does not.
#include "int8_mm.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

#ifdef FABRIC_X86
#include <immintrin.h>
#endif

namespace fabric::bnb::FABRIC_ISA {
namespace {

/// Sums of a tile of rows of `a` and rows of `b`, less corrections[j].
template <typename A>
using Tile = void (*)(const A* a, const int8_t* b, int64_t k, const int32_t* corrections, int32_t* c, int64_t stride);

/// Tiles of 1..Rows by 1..Columns.
template <typename Shapes, size_t... I>
constexpr auto tilesOf(std::index_sequence<I...>) {
  return std::array<Tile<typename Shapes::A>, sizeof...(I)>{Shapes::template tile<I / Shapes::kColumns + 1, I % Shapes::kColumns + 1>...};
}

template <typename Shapes>
void multiplyTiles(const void* prepared, int64_t m, const int8_t* b, int64_t n, int64_t k, int32_t* c, int64_t stride) {
  static constexpr auto kTiles = tilesOf<Shapes>(std::make_index_sequence<Shapes::kRows * Shapes::kColumns>());
  const auto* a = static_cast<const typename Shapes::A*>(prepared);
  for (int64_t j = 0; j < n; j += Shapes::kColumns) {
    const int64_t columns = std::min<int64_t>(Shapes::kColumns, n - j);
    int32_t corrections[Shapes::kColumns];
    Shapes::correct(b + j * k, columns, k, corrections);
    for (int64_t i = 0; i < m; i += Shapes::kRows) {
      const int64_t rows = std::min<int64_t>(Shapes::kRows, m - i);
      kTiles[static_cast<size_t>((rows - 1) * Shapes::kColumns + columns - 1)](a + i * k, b + j * k, k, corrections, c + i * stride + j, stride);
    }
  }
}

#if defined(FABRIC_ISA_PORTABLE)

struct Plain {
  using A = int8_t;
  static constexpr int kRows = 1, kColumns = 4;
  static void correct(const int8_t*, int64_t, int64_t, int32_t*) {}
  template <int M, int N>
  static void tile(const A* a, const int8_t* b, int64_t k, const int32_t*, int32_t* c, int64_t) {
    for (int j = 0; j < N; ++j) {
      const int8_t* row = b + j * k;
      // Unsigned: past k = 131072 a sum may wrap.
      uint32_t sum = 0;
      for (int64_t i = 0; i < k; ++i) sum += static_cast<uint32_t>(static_cast<int32_t>(a[i]) * static_cast<int32_t>(row[i]));
      c[j] = static_cast<int32_t>(sum);
    }
  }
};

void copyRun(const int8_t* a, int64_t n, void* prepared) { std::memcpy(prepared, a, static_cast<size_t>(n)); }

#else

void widenCodes(const int8_t* a, int64_t n, void* prepared) {
  int16_t* to = static_cast<int16_t*>(prepared);
  for (int64_t i = 0; i < n; ++i) to[i] = a[i];
}

#endif

#if defined(FABRIC_ISA_AVX2) || defined(FABRIC_ISA_AVX512)

inline int32_t sumOf(__m256i lanes) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}

#endif

#if defined(FABRIC_ISA_AVX2)

struct Words {
  using A = int16_t;
  static constexpr int kRows = 3, kColumns = 3;
  static void correct(const int8_t*, int64_t, int64_t, int32_t*) {}
  template <int M, int N>
  static void tile(const A* a, const int8_t* b, int64_t k, const int32_t*, int32_t* c, int64_t stride) {
    __m256i sums[M][N];
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) sums[i][j] = _mm256_setzero_si256();
    int64_t p = 0;
    for (; p + 16 <= k; p += 16) {
      __m256i right[N];
      for (int j = 0; j < N; ++j) right[j] = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b + j * k + p)));
      for (int i = 0; i < M; ++i) {
        const __m256i left = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i * k + p));
        for (int j = 0; j < N; ++j) sums[i][j] = _mm256_add_epi32(sums[i][j], _mm256_madd_epi16(left, right[j]));
      }
    }
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) {
        uint32_t sum = static_cast<uint32_t>(sumOf(sums[i][j]));
        for (int64_t t = p; t < k; ++t) sum += static_cast<uint32_t>(static_cast<int32_t>(a[i * k + t]) * static_cast<int32_t>(b[j * k + t]));
        c[i * stride + j] = static_cast<int32_t>(sum);
      }
  }
};

#elif defined(FABRIC_ISA_AVX512)

inline int32_t sumOf(__m512i lanes) {
  return sumOf(_mm256_add_epi32(_mm512_maskz_extracti64x4_epi64(0x0f, lanes, 0), _mm512_maskz_extracti64x4_epi64(0x0f, lanes, 1)));
}

struct Words {
  using A = int16_t;
  static constexpr int kRows = 6, kColumns = 4;
  static void correct(const int8_t*, int64_t, int64_t, int32_t*) {}
  template <int M, int N>
  static void tile(const A* a, const int8_t* b, int64_t k, const int32_t*, int32_t* c, int64_t stride) {
    __m512i sums[M][N];
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) sums[i][j] = _mm512_setzero_si512();
    for (int64_t p = 0; p < k; p += 32) {
      const __mmask32 there = k - p >= 32 ? ~__mmask32{0} : (__mmask32{1} << (k - p)) - 1;
      __m512i right[N];
      for (int j = 0; j < N; ++j) right[j] = _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(there, b + j * k + p));
      for (int i = 0; i < M; ++i) {
        const __m512i left = _mm512_maskz_loadu_epi16(there, a + i * k + p);
        for (int j = 0; j < N; ++j) sums[i][j] = _mm512_add_epi32(sums[i][j], _mm512_madd_epi16(left, right[j]));
      }
    }
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) c[i * stride + j] = sumOf(sums[i][j]);
  }
};

// VNNI multiplies unsigned by signed bytes: the left factor is raised by 128, and 128 times the sum of each right row is taken off again. Sums wrap,
// so a partial one may be too large as long as the result is not.
#pragma GCC push_options
#pragma GCC target("avx512vnni")

struct Bytes {
  using A = uint8_t;
  static constexpr int kRows = 6, kColumns = 4;

  static void correct(const int8_t* b, int64_t n, int64_t k, int32_t* corrections) {
    const __m512i raised = _mm512_set1_epi8(static_cast<char>(0x80));
    for (int64_t j = 0; j < n; ++j) {
      __m512i sum = _mm512_setzero_si512();
      int64_t p = 0;
      for (; p + 64 <= k; p += 64) sum = _mm512_dpbusd_epi32(sum, raised, _mm512_loadu_si512(b + j * k + p));
      if (p < k) sum = _mm512_dpbusd_epi32(sum, raised, _mm512_maskz_loadu_epi8((__mmask64{1} << (k - p)) - 1, b + j * k + p));
      corrections[j] = sumOf(sum);
    }
  }

  template <int M, int N>
  static void tile(const A* a, const int8_t* b, int64_t k, const int32_t* corrections, int32_t* c, int64_t stride) {
    __m512i sums[M][N];
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) sums[i][j] = _mm512_setzero_si512();
    int64_t p = 0;
    for (; p + 64 <= k; p += 64) {
      __m512i right[N];
      for (int j = 0; j < N; ++j) right[j] = _mm512_loadu_si512(b + j * k + p);
      for (int i = 0; i < M; ++i) {
        const __m512i left = _mm512_loadu_si512(a + i * k + p);
        for (int j = 0; j < N; ++j) sums[i][j] = _mm512_dpbusd_epi32(sums[i][j], left, right[j]);
      }
    }
    if (p < k) {
      const __mmask64 there = (__mmask64{1} << (k - p)) - 1;
      __m512i right[N];
      for (int j = 0; j < N; ++j) right[j] = _mm512_maskz_loadu_epi8(there, b + j * k + p);
      for (int i = 0; i < M; ++i) {
        const __m512i left = _mm512_maskz_loadu_epi8(there, a + i * k + p);
        for (int j = 0; j < N; ++j) sums[i][j] = _mm512_dpbusd_epi32(sums[i][j], left, right[j]);
      }
    }
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) {
        const uint32_t sum = static_cast<uint32_t>(sumOf(sums[i][j]));
        c[i * stride + j] = static_cast<int32_t>(sum - static_cast<uint32_t>(corrections[j]));
      }
  }
};

#pragma GCC pop_options

void raise(const int8_t* a, int64_t n, void* prepared) {
  uint8_t* to = static_cast<uint8_t*>(prepared);
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<uint8_t>(a[i]) ^ 0x80;
}

/// FABRIC_BNB_ISA=avx512 holds it down to AVX-512BW, for tests.
bool hasVnni() {
  const char* cap = std::getenv("FABRIC_BNB_ISA");
  return __builtin_cpu_supports("avx512vnni") && !(cap != nullptr && std::strcmp(cap, "avx512") == 0);
}

#endif

Int8Mm choose() {
#if defined(FABRIC_ISA_PORTABLE)
  return {sizeof(Plain::A), copyRun, multiplyTiles<Plain>};
#else
#if defined(FABRIC_ISA_AVX512)
  if (hasVnni()) return {sizeof(Bytes::A), raise, multiplyTiles<Bytes>};
#endif
  return {sizeof(Words::A), widenCodes, multiplyTiles<Words>};
#endif
}

}  // namespace

const Int8Mm& int8Mm() {
  static const Int8Mm table = choose();
  return table;
}

}  // namespace fabric::bnb::FABRIC_ISA
