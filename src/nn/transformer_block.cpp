#include "nn/transformer_block.h"

#include "ops/attention.h"

namespace unipic::nn {
using torch::Tensor;

FusedAttentionImpl::FusedAttentionImpl(int64_t dim, int64_t num_heads)
    : num_heads_(num_heads),
      qkv_(register_module("qkv", Linear(dim, 3 * dim))),
      proj_(register_module("proj", Linear(dim, dim))) {}

Tensor FusedAttentionImpl::forward(const Tensor& x_BTD) const {
  const auto heads = qkv_->forward(x_BTD).unflatten(-1, {3, num_heads_, -1});
  const auto qkv_3BHTK = heads.permute({2, 0, 3, 1, 4});
  const auto out_BHTK =
      ops::attention(qkv_3BHTK[0], qkv_3BHTK[1], qkv_3BHTK[2], {}, proj_->uses_own_kernels());
  return proj_->forward(out_BHTK.transpose(1, 2).flatten(-2));
}

GeluMlpImpl::GeluMlpImpl(int64_t dim, int64_t hidden_dim, ops::Activation gelu)
    : activation_(gelu),
      in_(register_module("fc1", Linear(dim, hidden_dim))),
      out_(register_module("fc2", Linear(hidden_dim, dim))) {}

Tensor GeluMlpImpl::forward(const Tensor& x) const {
  return out_->forward(in_->forward(x, activation_));
}

TransformerBlockImpl::TransformerBlockImpl(const TransformerBlockConfig& config)
    : attention_norm_(register_module("norm1", LayerNorm(config.dim, config.norm_eps))),
      mlp_norm_(register_module("norm2", LayerNorm(config.dim, config.norm_eps))),
      attention_(register_module("attn", FusedAttention(config.dim, config.num_heads))),
      mlp_(register_module("mlp", GeluMlp(config.dim, config.hidden_dim, ops::Activation::kGelu))) {
}

Tensor TransformerBlockImpl::forward(const Tensor& x_BTD) const {
  const auto h_BTD = x_BTD + attention_->forward(attention_norm_->forward(x_BTD));
  return h_BTD + mlp_->forward(mlp_norm_->forward(h_BTD));
}

}  // namespace unipic::nn
