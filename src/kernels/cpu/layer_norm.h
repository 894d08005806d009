#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"

// M rows of width W.

namespace unipic::kernels {

// What becomes of a normalised row: (normed · weight + bias) · (1 + scale) + shift.
struct LayerNormFinish {
  float eps = 1e-6F;
  const float* weight = nullptr;  // [W] or none
  const float* bias = nullptr;    // [W] or none
  const float* shift = nullptr;   // [M, W] or none, rows `modulation_stride` apart
  const float* scale = nullptr;   // with `shift`
  int64_t modulation_stride = 0;
};

// Normalises each row of x [M, W], fp32 or bf16, to mean 0 and variance 1, in fp32; writes bf16
// [M, W], dense as x.
void layer_norm(const float* x, int64_t num_rows, int64_t width, const LayerNormFinish& finish,
                uint16_t* out, Isa isa = best_isa());
void layer_norm(const uint16_t* x, int64_t num_rows, int64_t width, const LayerNormFinish& finish,
                uint16_t* out, Isa isa = best_isa());

}  // namespace unipic::kernels
