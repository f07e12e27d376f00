// Which of the compiled instruction sets this CPU runs.
#pragma once

namespace fabric::FABRIC_LIBRARY {

enum class Isa { Portable, Avx2, Avx512 };

/// The best one here; the environment variable FABRIC_<LIBRARY>_ISA=portable|avx2 holds it down, for tests.
Isa isa();

/// Whether libtorch has instructions that multiply bfloat16 here; not where the variable holds the kernels down.
bool hasBf16Products();

}  // namespace fabric::FABRIC_LIBRARY

/// Defines `const Table& name()`, which picks among `name` of the namespaces that *.isa.cc define: `FABRIC_ISA::name()`.
#ifdef FABRIC_X86
#define FABRIC_PICK(Table, name)                 \
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
#define FABRIC_PICK(Table, name)                 \
  namespace PORTABLE { const Table& name(); } \
  const Table& name() { return PORTABLE::name(); }
#endif
