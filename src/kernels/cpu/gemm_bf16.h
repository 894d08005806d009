#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/packed_bf16.h"
#include "kernels/cpu/parallel.h"

// M rows, N outputs, K inputs.

namespace unipic::kernels {

enum class Activation { kNone, kSilu, kGelu, kGeluTanh, kQuickGelu };

// What becomes of what is at a result's place already.
enum class Combine { kReplace, kAdd, kMultiply };

// What is done to a sum before it is written: gate · activation(sum + bias), then it is combined.
struct GemmFinish {
  const float* bias = nullptr;  // [N] or none
  Activation activation = Activation::kNone;
  const float* gate = nullptr;  // [M, N] or none, rows `gate_stride` apart
  int64_t gate_stride = 0;
  Combine combine = Combine::kReplace;
};

// bf16 rows [M, K] that begin `stride` numbers apart.
struct RowsBf16 {
  const uint16_t* data = nullptr;
  int64_t num_rows = 0;
  int64_t stride = 0;
};

// Where the [M, N] results go, rows `stride` numbers apart: in bf16 or in fp32.
struct GemmOutput {
  uint16_t* bf16 = nullptr;
  float* fp32 = nullptr;  // if there is no `bf16`
  int64_t stride = 0;
};

// out = finish(x · Wᵀ), sums in fp32. The order of a sum depends on K and the instruction set
// alone, so a row's results are the same bits whatever M, the threads and the other rows are. `out`
// may not overlap `x`.
void gemm_bf16(const RowsBf16& x, const PackedBf16& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel = serial, Isa isa = best_isa());

}  // namespace unipic::kernels
