#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

struct GroupNorm {
  int64_t batch = 0, num_pixels = 0, channels = 0;  // of x [B, P, C]
  int64_t num_groups = 1;                           // of neighbouring channels
  float eps = 1e-6F;
  const float* weight = nullptr;  // [C]
  const float* bias = nullptr;    // [C]
  bool silu = false;              // of the result
};

// out = (x - mean) / sqrt(variance + eps) · weight + bias, then SiLU if asked for: statistics over
// a group's channels and all pixels. bf16 in and out, which may be the same. The same bits whatever
// the threads are.
void group_norm(const uint16_t* x, const GroupNorm& norm, uint16_t* out,
                const Parallel& parallel = serial, Isa isa = best_isa());

}  // namespace unipic::kernels
