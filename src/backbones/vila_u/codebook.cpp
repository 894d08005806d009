#include "backbones/vila_u/codebook.h"

#include <cmath>

#include "base/check.h"
#include "nn/parameter.h"

namespace unipic::vila_u {
using torch::Tensor;

CodebookImpl::CodebookImpl(int64_t num_codes, int64_t dim)
    : weight_(register_parameter("weight", nn::placeholder({num_codes + 1, dim}))),
      counts_(register_buffer("cluster_size_ema", nn::placeholder({num_codes}))),
      sums_(register_buffer("embed_ema", nn::placeholder({num_codes, dim}))) {}

Tensor CodebookImpl::nearest(const Tensor& x_ND, const Tensor& rows_KD,
                             const Tensor& squares_K) const {
  // The distances of so many vectors at once take 128 MiB with 16384 codes.
  constexpr int64_t kVectors = 2048;
  std::vector<Tensor> codes;
  for (const auto& part_ND : x_ND.split(kVectors)) {
    const auto distances_NK =
        part_ND.square().sum(1, true) + squares_K - 2 * at::linear(part_ND, rows_KD);
    codes.push_back(distances_NK.argmin(1));
  }
  return torch::cat(codes);
}

Quantized CodebookImpl::quantize(const Tensor& x, int64_t depth) const {
  const auto rows_KD = weight_.narrow(0, 0, num_codes()).detach().to(torch::kFloat);
  const auto squares_K = rows_KD.square().sum(1);
  auto rest_ND = x.detach().flatten(0, -2).to(torch::kFloat);
  auto z_ND = torch::zeros_like(rest_ND);
  std::vector<Tensor> codes, norms;
  for (int64_t level = 0; level < depth; ++level) {
    codes.push_back(nearest(rest_ND, rows_KD, squares_K));
    const auto chosen_ND = rows_KD.index_select(0, codes.back());
    rest_ND = rest_ND - chosen_ND;
    z_ND += chosen_ND;
    norms.push_back(rest_ND.norm(2, {1}));
  }
  const auto shaped = [&](const std::vector<Tensor>& of_levels) {
    auto sizes = x.sizes().vec();
    sizes.back() = depth;
    return torch::stack(of_levels, 1).view(sizes);
  };
  return {shaped(codes), z_ND.view(x.sizes()).to(weight_.scalar_type()), shaped(norms)};
}

void CodebookImpl::learn(const Tensor& x_ND, const Tensor& codes_N, const Restart& restart,
                         double decay, double eps) {
  const torch::NoGradGuard no_grad;
  const int64_t num_vectors = x_ND.size(0), dim = x_ND.size(1), count = num_codes();
  check(num_vectors > 0 && codes_N.numel() == num_vectors, "{} codes for {} vectors",
        codes_N.numel(), num_vectors);
  const int64_t num_tiles = (count + num_vectors - 1) / num_vectors;
  check(restart.noise_RD.sizes() == torch::IntArrayRef({num_tiles * num_vectors, dim}) &&
            restart.permutation_R.numel() == num_tiles * num_vectors,
        "{} random vectors for {} codes, {} are needed", restart.noise_RD.size(0), count,
        num_tiles * num_vectors);

  counts_.mul_(decay).index_add_(0, codes_N, torch::ones_like(codes_N, counts_.options()),
                                 1 - decay);
  sums_.mul_(decay).index_add_(0, codes_N, x_ND.to(sums_.scalar_type()), 1 - decay);

  const auto tiled_RD =
      x_ND.repeat({num_tiles, 1}) + restart.noise_RD * (0.01 / std::sqrt(static_cast<double>(dim)));
  const auto fresh_KD = tiled_RD.index_select(0, restart.permutation_R.narrow(0, 0, count));
  const auto is_unused_K = counts_ < 1;
  sums_.copy_(torch::where(is_unused_K.unsqueeze(1), fresh_KD.to(sums_.scalar_type()), sums_));
  counts_.masked_fill_(is_unused_K, 1);

  const auto total = counts_.sum();
  const auto smoothed_K = total * (counts_ + eps) / (total + static_cast<double>(count) * eps);
  weight_.narrow(0, 0, count).copy_(sums_ / smoothed_K.unsqueeze(1));
}

}  // namespace unipic::vila_u
