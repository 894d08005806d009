#pragma once

#include <cstdint>

#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/isa.h"

namespace unipic::kernels {

// A part of a product's results.
struct ResultBlock {
  int64_t first_row = 0, num_rows = 0;
  int64_t first_column = 0, num_columns = 0;
};

// Writes `finish` of `sums`, rows `sums_stride` apart, to `block` of `out`.
void finish_block(const float* sums, int64_t sums_stride, const ResultBlock& block,
                  const GemmFinish& finish, const GemmOutput& out, Isa isa);

}  // namespace unipic::kernels
