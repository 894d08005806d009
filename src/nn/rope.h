#pragma once

#include <torch/types.h>

// B batch, T tokens, H heads, K head width.

namespace unipic::nn {

// Rotary position embedding (Su et al. 2021) that pairs dimension i with i + K/2.
struct RopeTables {
  torch::Tensor cos_B1TK, sin_B1TK;
};

// The tables for integer positions [B, T], computed in fp32 and given in `dtype`.
RopeTables rope_tables(const torch::Tensor& positions_BT, int64_t head_dim, double base,
                       torch::ScalarType dtype);

torch::Tensor apply_rope(const torch::Tensor& x_BHTK, const RopeTables& tables);

}  // namespace unipic::nn
