#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"

namespace unipic::kernels {

// out = x / sqrt(mean(x²) + eps) · weight for each row of x [M, W], in fp32; bf16 in and out, which
// may be the same. `weight` is [W].
void rms_norm(const uint16_t* x, int64_t num_rows, int64_t width, const float* weight, float eps,
              uint16_t* out, Isa isa = best_isa());

}  // namespace unipic::kernels
