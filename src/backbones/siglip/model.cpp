#include "backbones/siglip/model.h"

#include "base/check.h"
#include "nn/holder.h"
#include "nn/parameter.h"
#include "ops/attention.h"
#include "ops/linear.h"

namespace unipic::siglip {
using torch::Tensor;

namespace {

Tensor split_heads(const Tensor& x_BTD, int64_t num_heads) {
  return x_BTD.unflatten(-1, {num_heads, -1}).transpose(1, 2);
}

Tensor merge_heads(const Tensor& x_BHTK) { return x_BHTK.transpose(1, 2).flatten(-2); }

// Those of a grid of so many tokens out of the learned ones [S·S, D].
Tensor positions_for(const Tensor& learned_TD, int64_t side, int64_t height, int64_t width) {
  if (height * width <= side * side) return learned_TD.narrow(0, 0, height * width);
  const auto grid_1DSS = learned_TD.t().reshape({1, learned_TD.size(1), side, side});
  return at::upsample_bicubic2d(grid_1DSS, {height, width}, /*align_corners=*/false)
      .flatten(2)
      .squeeze(0)
      .t();
}

}  // namespace

EmbeddingsImpl::EmbeddingsImpl(const Config& config) : config_(config) {
  const auto patch = register_module("patch_embedding", nn::Holder());
  patch_weight_ = patch->register_parameter(
      "weight", nn::placeholder({config.hidden_size, 3, config.patch_size, config.patch_size}));
  patch_bias_ = patch->register_parameter("bias", nn::placeholder({config.hidden_size}));
  position_ =
      register_module("position_embedding", nn::Embedding(config.num_tokens(), config.hidden_size));
}

Tensor EmbeddingsImpl::forward(const Tensor& pixels_B3HW) const {
  const auto patches_BDhw =
      torch::conv2d(pixels_B3HW, patch_weight_, patch_bias_, config_.patch_size);
  return patches_BDhw.flatten(2).transpose(1, 2) +
         positions_for(position_->weight(), config_.grid_size(), patches_BDhw.size(2),
                       patches_BDhw.size(3));
}

PoolingHeadImpl::PoolingHeadImpl(const Config& config)
    : num_heads_(config.num_heads),
      probe_(register_parameter("probe", nn::placeholder({1, 1, config.hidden_size}))),
      norm_(register_module("layernorm", nn::LayerNorm(config.hidden_size, config.norm_eps))),
      mlp_(register_module("mlp", nn::GeluMlp(config.hidden_size, config.intermediate_size,
                                              ops::Activation::kGeluTanh))) {
  const auto attention = register_module("attention", nn::Holder());
  const int64_t dim = config.hidden_size;
  in_weight_ = attention->register_parameter("in_proj_weight", nn::placeholder({3 * dim, dim}));
  in_bias_ = attention->register_parameter("in_proj_bias", nn::placeholder({3 * dim}));
  out_ = attention->register_module("out_proj", nn::Linear(dim, dim));
}

Tensor PoolingHeadImpl::forward(const Tensor& x_BTD) const {
  const auto weights = in_weight_.chunk(3);
  const auto biases = in_bias_.chunk(3);
  const auto query_B1D = probe_.expand({x_BTD.size(0), 1, x_BTD.size(2)});
  const auto heads = [&](const Tensor& x, size_t part) {
    return split_heads(ops::linear(x, weights[part], biases[part]), num_heads_);
  };
  const auto pooled = ops::attention(heads(query_B1D, 0), heads(x_BTD, 1), heads(x_BTD, 2));
  const auto h_B1D = out_->forward(merge_heads(pooled));
  return (h_B1D + mlp_->forward(norm_->forward(h_B1D))).squeeze(1);
}

VisionModelImpl::VisionModelImpl(const Config& config, Ending ending)
    : config_(config), embeddings_(register_module("embeddings", Embeddings(config))) {
  if (ending != Ending::kNone)
    norm_ = register_module("post_layernorm", nn::LayerNorm(config.hidden_size, config.norm_eps));
  layers_ = nn::add_encoder_layers(*register_module("encoder", nn::Holder()), config.num_layers,
                                   {.dim = config.hidden_size,
                                    .num_heads = config.num_heads,
                                    .hidden_dim = config.intermediate_size,
                                    .norm_eps = config.norm_eps});
  if (ending == Ending::kPooling) head_ = register_module("head", PoolingHead(config));
}

Tensor VisionModelImpl::forward(const Tensor& pixels_B3PP, const nn::Trace& trace) const {
  const int64_t size = config_.image_size;
  check(pixels_B3PP.size(2) == size && pixels_B3PP.size(3) == size,
        "SigLIP vision tower: {}x{} pixels, it takes {}x{} only", pixels_B3PP.size(3),
        pixels_B3PP.size(2), size, size);
  const auto x_BTD = hidden(pixels_B3PP, config_.num_layers, trace);
  return norm_ ? norm_->forward(x_BTD) : x_BTD;
}

Tensor VisionModelImpl::hidden(const Tensor& pixels_B3HW, int64_t num_layers,
                               const nn::Trace& trace) const {
  auto x_BTD = embeddings_->forward(pixels_B3HW);
  if (trace) trace("embeddings", x_BTD);
  for (int64_t layer = 0; layer < num_layers; ++layer) {
    x_BTD = layers_[static_cast<size_t>(layer)]->forward(x_BTD);
    if (trace) trace("hidden_" + std::to_string(layer + 1), x_BTD);
  }
  return x_BTD;
}

}  // namespace unipic::siglip
