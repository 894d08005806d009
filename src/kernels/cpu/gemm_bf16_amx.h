#pragma once

#include "kernels/cpu/gemm_bf16.h"

namespace unipic::kernels {

// `gemm_bf16` by AMX's tiles, which this process must have (base/cpu.h).
void gemm_bf16_amx(const RowsBf16& x, const PackedBf16& weight, const GemmFinish& finish,
                   const GemmOutput& out, const Parallel& parallel);

}  // namespace unipic::kernels
