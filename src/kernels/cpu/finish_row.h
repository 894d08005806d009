#pragma once

#include <cstdint>

#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/isa.h"

namespace unipic::kernels {

// The part of a row of results that `count` sums make, [row][first_column...].
struct RowPart {
  int64_t row = 0;
  int64_t first_column = 0;
  int64_t count = 0;
};

// Writes `finish` of `sums` to `part` of `out`.
void finish_row(const float* sums, const RowPart& part, const GemmFinish& finish,
                const GemmOutput& out, Isa isa);

}  // namespace unipic::kernels
