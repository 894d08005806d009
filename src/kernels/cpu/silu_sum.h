#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"

namespace unipic::kernels {

// out = silu(a + b) for `count` numbers.
void silu_sum(const float* a, const float* b, int64_t count, uint16_t* out, Isa isa = best_isa());

}  // namespace unipic::kernels
