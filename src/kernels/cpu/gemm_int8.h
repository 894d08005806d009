#pragma once

#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/isa.h"
#include "kernels/cpu/packed_int4.h"
#include "kernels/cpu/packed_int8.h"
#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

// out = finish(x · Wᵀ) where the rows of x [M, K] become 8-bit numbers with a scale a row
// (`QuantizedRows`), too. The sums are of integers and exact, so every instruction set, number of
// threads and neighbourhood of a row gives the same sums. `out` may not overlap `x`.
// K ≤ 133,000, beyond which a sum may not fit.
void gemm_int8(const RowsBf16& x, const PackedInt8& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel = serial, Isa isa = best_isa());
// A weight in 4 bits is widened on the way, part by part, to 8: the same sums.
void gemm_int8(const RowsBf16& x, const PackedInt4& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel = serial, Isa isa = best_isa());

}  // namespace unipic::kernels
