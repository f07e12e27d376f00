// Chooses among the instruction sets that *.isa.cc files are compiled for.
#pragma once

namespace fabric {

/// Whether this CPU has AVX2, FMA and F16C, and ATEN_CPU_CAPABILITY does not hold libtorch back from them.
bool useAvx2();

}  // namespace fabric

/// The version of a function of *.isa.cc, declared in namespaces DEFAULT and AVX2, that suits this CPU.
#ifdef FABRIC_HAS_AVX2
#define FABRIC_ISA(function) (::fabric::useAvx2() ? &AVX2::function : &DEFAULT::function)
#else
#define FABRIC_ISA(function) (&DEFAULT::function)
#endif
