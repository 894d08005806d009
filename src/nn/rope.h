#pragma once

#include <torch/types.h>

#include <vector>

// B batch, T tokens, H heads, K head width.

namespace unipic::nn {

// Rotary position embedding (Su et al. 2021) that pairs dimension i with i + K/2.
struct RopeTables {
  torch::Tensor cos_B1TK, sin_B1TK;
};

// The tables for integer positions [B, T], computed in fp32 and given in `dtype`.
RopeTables rope_tables(const torch::Tensor& positions_BT, int64_t head_dim, double base,
                       torch::ScalarType dtype);

// The same for positions on several axes, [A, B, T]: of the K/2 angles the first `sections[0]` turn
// with the first axis, the next `sections[1]` with the second, ... (M-RoPE, Wang et al. 2024).
RopeTables rope_tables(const torch::Tensor& positions_ABT, const std::vector<int64_t>& sections,
                       int64_t head_dim, double base, torch::ScalarType dtype);

torch::Tensor apply_rope(const torch::Tensor& x_BHTK, const RopeTables& tables);

}  // namespace unipic::nn
