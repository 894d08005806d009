#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"

namespace unipic::kernels {

// out = x + gate · y for each row of x and y [M, W], in fp32; bf16 in and out, which may be the
// same as `x`. `gate` is [W].
void gated_sum(const uint16_t* x, const float* gate, const uint16_t* y, int64_t num_rows,
               int64_t width, uint16_t* out, Isa isa = best_isa());

}  // namespace unipic::kernels
