#include "nn/rope.h"

namespace unipic::nn {
using torch::Tensor;

namespace {

// Each position times each frequency: [..., K/2].
Tensor angles_of(const Tensor& positions, int64_t head_dim, double base) {
  const auto options = torch::dtype(torch::kFloat).device(positions.device());
  const auto exponents = torch::arange(0, head_dim, 2, options) / static_cast<double>(head_dim);
  const auto frequencies = torch::pow(base, exponents).reciprocal();
  return positions.to(torch::kFloat).unsqueeze(-1) * frequencies;
}

RopeTables tables_of(const Tensor& angles, torch::ScalarType dtype) {
  const auto angles_B1TK = torch::cat({angles, angles}, -1).unsqueeze(1);
  return {angles_B1TK.cos().to(dtype), angles_B1TK.sin().to(dtype)};
}

}  // namespace

RopeTables rope_tables(const Tensor& positions_BT, int64_t head_dim, double base,
                       torch::ScalarType dtype) {
  return tables_of(angles_of(positions_BT, head_dim, base), dtype);
}

RopeTables rope_tables(const Tensor& positions_ABT, const std::vector<int64_t>& sections,
                       int64_t head_dim, double base, torch::ScalarType dtype) {
  const auto parts = angles_of(positions_ABT, head_dim, base).split_with_sizes(sections, -1);
  std::vector<Tensor> chosen;
  for (size_t axis = 0; axis < parts.size(); ++axis)
    chosen.push_back(parts[axis][static_cast<int64_t>(axis)]);
  return tables_of(torch::cat(chosen, -1), dtype);
}

Tensor apply_rope(const Tensor& x_BHTK, const RopeTables& tables) {
  const auto halves = x_BHTK.chunk(2, -1);
  const auto rotated = torch::cat({-halves[1], halves[0]}, -1);
  return x_BHTK * tables.cos_B1TK + rotated * tables.sin_B1TK;
}

}  // namespace unipic::nn
