#include "backbones/qwen25_vision/model.h"

#include <torch/nn/modules/container/modulelist.h>

#include <algorithm>

#include "base/check.h"
#include "nn/holder.h"
#include "nn/parameter.h"
#include "ops/attention.h"
#include "ops/linear.h"

namespace unipic::qwen25_vision {
using torch::Tensor;

namespace {

// Row and column of each patch, in the order of patches: [N, 2].
Tensor places_of(const std::vector<PatchGrid>& grids, int64_t merge) {
  std::vector<Tensor> places;
  for (const auto& grid : grids) {
    const auto row = torch::arange(grid.rows).unsqueeze(1).expand({-1, grid.columns});
    const auto column = torch::arange(grid.columns).unsqueeze(0).expand({grid.rows, -1});
    const auto both = torch::stack({row, column}, -1);
    places.push_back(both.view({grid.rows / merge, merge, grid.columns / merge, merge, 2})
                         .transpose(1, 2)
                         .reshape({-1, 2}));
  }
  return torch::cat(places);
}

// Angles of rows and then of columns: [N, K/2].
Tensor angles_of(const std::vector<PatchGrid>& grids, const Config& config) {
  constexpr double kBase = 10000.0;
  const int64_t half = config.head_dim() / 2;
  const auto exponents = torch::arange(0, half, 2, torch::kFloat) / static_cast<double>(half);
  const auto frequencies = torch::pow(kBase, exponents).reciprocal();
  const auto places = places_of(grids, config.merge_size).to(torch::kFloat);
  return (places.unsqueeze(-1) * frequencies).flatten(1);
}

// Rows of `x` [N, ...], a token's patches together, in the order of `tokens_M`.
Tensor in_order(const Tensor& x, const Tensor& tokens_M, int64_t patches_of_token) {
  return x.unflatten(0, {-1, patches_of_token}).index_select(0, tokens_M).flatten(0, 1);
}

}  // namespace

WindowOrder window_order(const std::vector<PatchGrid>& grids, const Config& config) {
  const int64_t merge = config.merge_size, side = config.window_tokens();
  std::vector<int64_t> tokens;
  WindowOrder order;
  order.windows = order.pictures = {0};
  int64_t first = 0;
  for (const auto& grid : grids) {
    const int64_t rows = grid.rows / merge, columns = grid.columns / merge;
    for (int64_t top = 0; top < rows; top += side) {
      for (int64_t left = 0; left < columns; left += side) {
        for (int64_t row = top; row < std::min(top + side, rows); ++row) {
          for (int64_t column = left; column < std::min(left + side, columns); ++column)
            tokens.push_back(first + row * columns + column);
        }
        order.windows.push_back(static_cast<int64_t>(tokens.size()) * merge * merge);
      }
    }
    first += rows * columns;
    order.pictures.push_back(first * merge * merge);
  }
  order.tokens_M = torch::tensor(tokens, torch::kLong);
  return order;
}

BlockImpl::BlockImpl(const Config& config)
    : num_heads_(config.num_heads),
      attention_norm_(register_module("norm1", nn::RmsNorm(config.hidden_size, config.norm_eps))),
      mlp_norm_(register_module("norm2", nn::RmsNorm(config.hidden_size, config.norm_eps))) {
  const int64_t dim = config.hidden_size, hidden = config.intermediate_size;
  const auto attention = register_module("attn", nn::Holder());
  qkv_ = attention->register_module("qkv", nn::Linear(dim, 3 * dim));
  proj_ = attention->register_module("proj", nn::Linear(dim, dim));
  const auto mlp = register_module("mlp", nn::Holder());
  gate_ = mlp->register_module("gate_proj", nn::Linear(dim, hidden));
  up_ = mlp->register_module("up_proj", nn::Linear(dim, hidden));
  down_ = mlp->register_module("down_proj", nn::Linear(hidden, dim));
}

Tensor BlockImpl::forward(const Tensor& x_ND, const nn::RopeTables& rope,
                          const Borders& borders) const {
  const auto h_ND = x_ND + attend(attention_norm_->forward(x_ND), rope, borders);
  const auto normed = mlp_norm_->forward(h_ND);
  const auto gate = gate_->forward(normed, ops::Activation::kSilu);
  return h_ND + down_->forward(up_->forward_times(gate, normed));
}

Tensor BlockImpl::attend(const Tensor& x_ND, const nn::RopeTables& rope,
                         const Borders& borders) const {
  const auto qkv_31HNK =
      qkv_->forward(x_ND).unflatten(-1, {3, num_heads_, -1}).permute({1, 2, 0, 3}).unsqueeze(1);
  const auto q = nn::apply_rope(qkv_31HNK[0], rope), k = nn::apply_rope(qkv_31HNK[1], rope);
  const auto v = qkv_31HNK[2];
  std::vector<Tensor> parts;
  for (size_t border = 1; border < borders.size(); ++border) {
    const int64_t begin = borders[border - 1], count = borders[border] - begin;
    const auto part = [&](const Tensor& x) { return x.narrow(2, begin, count); };
    parts.push_back(ops::attention(part(q), part(k), part(v), {}, proj_->uses_own_kernels()));
  }
  return proj_->forward(torch::cat(parts, 2).squeeze(0).transpose(0, 1).flatten(-2));
}

TowerImpl::TowerImpl(const Config& config) : config_(config) {
  patch_weight_ =
      register_module("patch_embed", nn::Holder())
          ->register_module("proj", nn::Holder())
          ->register_parameter("weight",
                               nn::placeholder({config.hidden_size, 3, config.temporal_patch_size,
                                                config.patch_size, config.patch_size}));
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    blocks_.emplace_back(config);
    list->push_back(blocks_.back());
  }
  register_module("blocks", list);
  const auto merger = register_module("merger", nn::Holder());
  merger_norm_ = merger->register_module("ln_q", nn::RmsNorm(config.hidden_size, config.norm_eps));
  const auto mlp = merger->register_module("mlp", nn::Holder());
  merger_in_ = mlp->register_module("0", nn::Linear(config.merged_dim(), config.merged_dim()));
  merger_out_ = mlp->register_module("2", nn::Linear(config.merged_dim(), config.out_size));
}

Tensor TowerImpl::forward(const Tensor& values_NP, const std::vector<PatchGrid>& grids,
                          const nn::Trace& trace) const {
  int64_t num_patches = 0;
  for (const auto& grid : grids) {
    check(grid.rows % config_.merge_size == 0 && grid.columns % config_.merge_size == 0,
          "Qwen2.5-VL: {}x{} patches do not divide into tokens of {} a side", grid.columns,
          grid.rows, config_.merge_size);
    num_patches += grid.num_patches();
  }
  check(values_NP.size(0) == num_patches, "Qwen2.5-VL: {} patches, but grids of {}",
        values_NP.size(0), num_patches);
  const int64_t patches_of_token = config_.merge_size * config_.merge_size;
  const auto order = window_order(grids, config_);
  const auto tokens_M = order.tokens_M.to(values_NP.device());
  const auto angles = angles_of(grids, config_).to(values_NP.device());
  if (trace) trace("rope_freqs", angles);

  auto x_ND = ops::linear(values_NP, patch_weight_.flatten(1), {});
  if (trace) trace("patch_embed", x_ND);
  x_ND = in_order(x_ND, tokens_M, patches_of_token);
  const auto turned = in_order(angles, tokens_M, patches_of_token);
  const auto angles_11NK = torch::cat({turned, turned}, -1).unsqueeze(0).unsqueeze(0);
  const nn::RopeTables rope = {angles_11NK.cos().to(x_ND.scalar_type()),
                               angles_11NK.sin().to(x_ND.scalar_type())};
  for (size_t layer = 0; layer < blocks_.size(); ++layer) {
    const bool is_full = std::ranges::count(config_.full_layers, static_cast<int64_t>(layer)) > 0;
    x_ND = blocks_[layer]->forward(x_ND, rope, is_full ? order.pictures : order.windows);
    if (trace) trace("block" + std::to_string(layer) + "_windowed_order", x_ND);
  }
  const auto merged = merger_norm_->forward(x_ND).view({-1, config_.merged_dim()});
  const auto out_MO = merger_out_->forward(merger_in_->forward(merged, ops::Activation::kGelu));
  if (trace) trace("merged_windowed_order", out_MO);
  return torch::empty_like(out_MO).index_copy_(0, tokens_M, out_MO);
}

}  // namespace unipic::qwen25_vision
