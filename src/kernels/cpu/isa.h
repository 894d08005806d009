#pragma once

#include <string_view>
#include <vector>

namespace unipic::kernels {

// Instruction sets that kernels are compiled for, slowest first.
enum class Isa { kPortable, kAvx2, kAvx512, kAvx512Bf16, kAmx };

std::string_view name(Isa isa);

// What this machine can run, slowest first; tests loop over all of it.
const std::vector<Isa>& supported_isas();

// The last of `supported_isas()`, or what $UNIPIC_ISA names. Throws `UsageError` if the machine
// does not have that.
Isa best_isa();

// One implementation for each instruction set; AMX adds tiles of products to AVX-512 with bf16 and
// changes nothing else.
template <typename Function>
struct ForEachIsa {
  Function *portable, *avx2, *avx512, *avx512_bf16;

  Function* operator[](Isa isa) const {
    switch (isa) {
      case Isa::kPortable:
        return portable;
      case Isa::kAvx2:
        return avx2;
      case Isa::kAvx512:
        return avx512;
      case Isa::kAvx512Bf16:
      case Isa::kAmx:
        return avx512_bf16;
    }
    return nullptr;
  }
};

}  // namespace unipic::kernels
