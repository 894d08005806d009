#include "backbones/t5/model.h"

#include <torch/nn/modules/container/modulelist.h>

#include <cmath>

#include "nn/holder.h"
#include "ops/attention.h"

namespace unipic::t5 {
using torch::Tensor;

namespace {

constexpr nn::LinearOptions kNoBias = {.bias = false};

}  // namespace

AttentionImpl::AttentionImpl(const Config& config)
    : num_heads_(config.num_heads),
      q_(register_module("q", nn::Linear(config.dim, config.num_heads * config.head_dim, kNoBias))),
      k_(register_module("k", nn::Linear(config.dim, config.num_heads * config.head_dim, kNoBias))),
      v_(register_module("v", nn::Linear(config.dim, config.num_heads * config.head_dim, kNoBias))),
      out_(register_module("o",
                           nn::Linear(config.num_heads * config.head_dim, config.dim, kNoBias))) {}

Tensor AttentionImpl::forward(const Tensor& x_BTD, const Tensor& bias) const {
  const auto heads = [&](const nn::Linear& projection) {
    return projection->forward(x_BTD).unflatten(-1, {num_heads_, -1}).transpose(1, 2);
  };
  const auto q = heads(q_);
  const double unscale = std::sqrt(static_cast<double>(q.size(-1)));
  const auto out_BHTK =
      ops::attention(q * unscale, heads(k_), heads(v_), bias, out_->uses_own_kernels());
  return out_->forward(out_BHTK.transpose(1, 2).flatten(-2));
}

BlockImpl::BlockImpl(const Config& config, bool has_positions) {
  torch::nn::ModuleList parts;
  nn::Holder attention, mlp;
  parts->push_back(attention);
  parts->push_back(mlp);
  register_module("layer", parts);
  attention_ = attention->register_module("SelfAttention", Attention(config));
  if (has_positions) {
    positions_ = attention_->register_module("relative_attention_bias",
                                             nn::Embedding(config.num_buckets, config.num_heads));
  }
  attention_norm_ =
      attention->register_module("layer_norm", nn::RmsNorm(config.dim, config.norm_eps));
  const auto dense = mlp->register_module("DenseReluDense", nn::Holder());
  gate_ = dense->register_module("wi_0", nn::Linear(config.dim, config.hidden_dim, kNoBias));
  up_ = dense->register_module("wi_1", nn::Linear(config.dim, config.hidden_dim, kNoBias));
  down_ = dense->register_module("wo", nn::Linear(config.hidden_dim, config.dim, kNoBias));
  mlp_norm_ = mlp->register_module("layer_norm", nn::RmsNorm(config.dim, config.norm_eps));
}

Tensor BlockImpl::forward(const Tensor& x_BTD, const Tensor& bias) const {
  const auto h_BTD = x_BTD + attention_->forward(attention_norm_->forward(x_BTD), bias);
  const auto normed = mlp_norm_->forward(h_BTD);
  const auto gate = gate_->forward(normed, ops::Activation::kGeluTanh);
  return h_BTD + down_->forward(up_->forward_times(gate, normed));
}

EncoderImpl::EncoderImpl(const Config& config)
    : config_(config),
      embedding_(register_module("shared", nn::Embedding(config.vocab_size, config.dim))) {
  const auto encoder = register_module("encoder", nn::Holder());
  torch::nn::ModuleList list;
  for (int64_t block = 0; block < config.num_layers; ++block) {
    blocks_.emplace_back(config, /*has_positions=*/block == 0);
    list->push_back(blocks_.back());
  }
  encoder->register_module("block", list);
  norm_ = encoder->register_module("final_layer_norm", nn::RmsNorm(config.dim, config.norm_eps));
}

Tensor EncoderImpl::forward(const Tensor& ids_BT, const nn::Trace& trace,
                            const nn::BlockHooks& hooks) const {
  auto x_BTD = embedding_->forward(ids_BT);
  if (trace) trace("embeddings", x_BTD);
  const auto buckets_TT =
      position_buckets(ids_BT.size(1), config_.num_buckets, config_.max_distance)
          .to(x_BTD.device());
  Tensor bias_1HTT;
  for (size_t index = 0; index < blocks_.size(); ++index) {
    const auto& block = blocks_[index];
    x_BTD = hooks.around(static_cast<int64_t>(index), [&] {
      if (block->positions()) {
        bias_1HTT =
            block->positions()->forward(buckets_TT).permute({2, 0, 1}).unsqueeze(0).contiguous();
      }
      return block->forward(x_BTD, bias_1HTT);
    });
    if (trace) trace("layer_" + std::to_string(index + 1), x_BTD);
  }
  return norm_->forward(x_BTD);
}

Tensor position_buckets(int64_t num_tokens, int64_t num_buckets, int64_t max_distance) {
  const int64_t half = num_buckets / 2, exact = half / 2;
  const auto places = torch::arange(num_tokens, torch::kLong);
  const auto later = places.unsqueeze(0) - places.unsqueeze(1);  // key minus query
  const auto distance = later.abs();
  const double widths = std::log(static_cast<double>(max_distance) / static_cast<double>(exact));
  const auto far =
      ((distance.clamp_min(exact).to(torch::kFloat) / exact).log() / widths * (half - exact))
          .to(torch::kLong)
          .add(exact)
          .clamp_max(half - 1);
  return later.gt(0).to(torch::kLong) * half + torch::where(distance < exact, distance, far);
}

}  // namespace unipic::t5
