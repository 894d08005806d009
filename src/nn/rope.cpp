#include "nn/rope.h"

namespace unipic::nn {
using torch::Tensor;

RopeTables rope_tables(const Tensor& positions_BT, int64_t head_dim, double base,
                       torch::ScalarType dtype) {
  const auto options = torch::dtype(torch::kFloat).device(positions_BT.device());
  const auto exponents = torch::arange(0, head_dim, 2, options) / static_cast<double>(head_dim);
  const auto frequencies = torch::pow(base, exponents).reciprocal();
  const auto angles = positions_BT.to(torch::kFloat).unsqueeze(-1) * frequencies;
  const auto angles_B1TK = torch::cat({angles, angles}, -1).unsqueeze(1);
  return {angles_B1TK.cos().to(dtype), angles_B1TK.sin().to(dtype)};
}

Tensor apply_rope(const Tensor& x_BHTK, const RopeTables& tables) {
  const auto halves = x_BHTK.chunk(2, -1);
  const auto rotated = torch::cat({-halves[1], halves[0]}, -1);
  return x_BHTK * tables.cos_B1TK + rotated * tables.sin_B1TK;
}

}  // namespace unipic::nn
