#pragma once

namespace unipic {

// What processor and operating system together offer beyond the baseline.
struct CpuFeatures {
  bool avx2 = false;         // with FMA
  bool avx512 = false;       // F, BW and VL
  bool avx512_bf16 = false;  // with VNNI, which no processor lacks that has it
  bool amx_bf16 = false;     // the processor; the system may still refuse its tiles to a process
};

CpuFeatures cpu_features();

// Asks the system, once, for AMX's tiles; whether this process has them.
bool may_use_amx();

// Whether the processor multiplies bf16 numbers (AMX, or AVX-512 BF16), several times faster than
// fp32.
bool has_bf16_products();

}  // namespace unipic
