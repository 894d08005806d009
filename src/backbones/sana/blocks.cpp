#include "backbones/sana/blocks.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/parameter.h"
#include "ops/attention.h"
#include "ops/linear_attention.h"
#include "ops/modulation.h"

namespace unipic::sana {
using torch::Tensor;

namespace {

Tensor split_heads(const Tensor& x_BTD, int64_t head_dim) {
  return x_BTD.unflatten(-1, {-1, head_dim}).transpose(1, 2);
}

Tensor merge_heads(const Tensor& x_BHTK) { return x_BHTK.transpose(1, 2).flatten(-2); }

// The output projection, which the library keeps in a list with its dropout.
nn::Linear add_out(torch::nn::Module& parent, int64_t in, int64_t out) {
  nn::Linear projection(in, out);
  torch::nn::ModuleList list;
  list->push_back(projection);
  parent.register_module("to_out", list);
  return projection;
}

}  // namespace

LinearAttentionImpl::LinearAttentionImpl(const Config& config)
    : head_dim_(config.head_dim),
      q_(register_module("to_q",
                         nn::Linear(config.dim(), config.dim(), nn::LinearOptions{.bias = false}))),
      k_(register_module("to_k",
                         nn::Linear(config.dim(), config.dim(), nn::LinearOptions{.bias = false}))),
      v_(register_module(
          "to_v", nn::Linear(config.dim(), config.dim(), nn::LinearOptions{.bias = false}))) {
  out_ = add_out(*this, config.dim(), config.dim());
}

Tensor LinearAttentionImpl::forward(const Tensor& x_BTD) const {
  const auto heads = [&](const nn::Linear& projection) {
    return split_heads(projection->forward(x_BTD), head_dim_);
  };
  return out_->forward(merge_heads(ops::relu_linear_attention(heads(q_), heads(k_), heads(v_))));
}

CrossAttentionImpl::CrossAttentionImpl(const Config& config)
    : head_dim_(config.cross_head_dim),
      q_(register_module("to_q",
                         nn::Linear(config.dim(), config.num_cross_heads * config.cross_head_dim))),
      k_(register_module("to_k",
                         nn::Linear(config.dim(), config.num_cross_heads * config.cross_head_dim))),
      v_(register_module(
          "to_v", nn::Linear(config.dim(), config.num_cross_heads * config.cross_head_dim))) {
  out_ = add_out(*this, config.num_cross_heads * config.cross_head_dim, config.dim());
}

Tensor CrossAttentionImpl::heads(const Tensor& x) const { return split_heads(x, head_dim_); }

KeysValues CrossAttentionImpl::read(const Tensor& caption_BSD) const {
  return {heads(k_->forward(caption_BSD)), heads(v_->forward(caption_BSD))};
}

Tensor CrossAttentionImpl::forward(const Tensor& x_BTD, const KeysValues& caption,
                                   const Tensor& mask) const {
  const auto attended = ops::attention(heads(q_->forward(x_BTD)), caption.keys_BHSK,
                                       caption.values_BHSK, mask, out_->uses_own_kernels());
  return out_->forward(merge_heads(attended));
}

BlockImpl::BlockImpl(const Config& config)
    : norm_eps_(config.norm_eps),
      table_6D_(register_parameter("scale_shift_table", nn::placeholder({6, config.dim()}))),
      attention_(register_module("attn1", LinearAttention(config))),
      cross_(register_module("attn2", CrossAttention(config))),
      mlp_(register_module("ff", nn::GluConv(config.dim(), config.mlp_dim()))) {}

Tensor BlockImpl::forward(const Tensor& x_BTD, std::pair<int64_t, int64_t> grid,
                          const Tensor& time_B6D, const KeysValues& caption, const Tensor& mask,
                          const nn::Trace& trace) const {
  const auto m = (table_6D_ + time_B6D).chunk(6, 1);
  const bool own_kernel = attention_->uses_own_kernels();
  const auto attended =
      attention_->forward(ops::modulated_norm(x_BTD, m[0], m[1], norm_eps_, own_kernel));
  auto h_BTD = ops::gated_sum(x_BTD, m[2], attended, own_kernel);
  const auto told = cross_->forward(h_BTD, caption, mask);
  h_BTD = h_BTD + told;
  const auto normed = ops::modulated_norm(h_BTD, m[3], m[4], norm_eps_, own_kernel);
  const auto mixed = mlp_->forward(normed.unflatten(1, {grid.first, grid.second})).flatten(1, 2);
  if (trace) {
    trace("attn1", attended);
    trace("attn2", told);
    trace("ff", mixed);
  }
  return ops::gated_sum(h_BTD, m[5], mixed, own_kernel);
}

}  // namespace unipic::sana
