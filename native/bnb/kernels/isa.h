// Which of the compiled instruction sets this CPU runs.
#pragma once

namespace fabric::bnb {

enum class Isa { Portable, Avx2, Avx512 };

/// The best one here; FABRIC_BNB_ISA=portable|avx2 holds it down, for tests.
Isa isa();

/// Whether libtorch has instructions that multiply bfloat16 here; not where FABRIC_BNB_ISA holds the kernels down.
bool hasBf16Products();

}  // namespace fabric::bnb

/// Defines `const Table& name()`, which picks among `name` of the namespaces that *.isa.cc define: `BNB_ISA::name()`.
#ifdef BNB_X86
#define BNB_PICK(Table, name)                 \
  namespace PORTABLE { const Table& name(); } \
  namespace AVX2 { const Table& name(); }     \
  namespace AVX512 { const Table& name(); }   \
  const Table& name() {                       \
    switch (isa()) {                          \
      case Isa::Avx512: return AVX512::name(); \
      case Isa::Avx2: return AVX2::name();    \
      default: return PORTABLE::name();       \
    }                                         \
  }
#else
#define BNB_PICK(Table, name)                 \
  namespace PORTABLE { const Table& name(); } \
  const Table& name() { return PORTABLE::name(); }
#endif
