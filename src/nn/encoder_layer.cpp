#include "nn/encoder_layer.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/holder.h"
#include "ops/attention.h"

namespace unipic::nn {
using torch::Tensor;

EncoderLayerImpl::EncoderLayerImpl(const EncoderLayerConfig& config)
    : num_heads_(config.num_heads),
      attention_norm_(register_module("layer_norm1", LayerNorm(config.dim, config.norm_eps))),
      mlp_norm_(register_module("layer_norm2", LayerNorm(config.dim, config.norm_eps))),
      mlp_(register_module("mlp", GeluMlp(config.dim, config.hidden_dim, config.activation))) {
  const auto attention = register_module("self_attn", Holder());
  const auto projection = [&](const char* name) {
    return attention->register_module(name, Linear(config.dim, config.dim));
  };
  q_ = projection("q_proj");
  k_ = projection("k_proj");
  v_ = projection("v_proj");
  out_ = projection("out_proj");
}

Tensor EncoderLayerImpl::forward(const Tensor& x_BTD, const Tensor& mask) const {
  const auto h_BTD = x_BTD + attend(attention_norm_->forward(x_BTD), mask);
  return h_BTD + mlp_->forward(mlp_norm_->forward(h_BTD));
}

Tensor EncoderLayerImpl::attend(const Tensor& x_BTD, const Tensor& mask) const {
  const auto heads = [&](const Linear& projection) {
    return projection->forward(x_BTD).unflatten(-1, {num_heads_, -1}).transpose(1, 2);
  };
  const auto out_BHTK =
      ops::attention(heads(q_), heads(k_), heads(v_), mask, out_->uses_own_kernels());
  return out_->forward(out_BHTK.transpose(1, 2).flatten(-2));
}

std::vector<EncoderLayer> add_encoder_layers(torch::nn::Module& parent, int64_t num_layers,
                                             const EncoderLayerConfig& config) {
  std::vector<EncoderLayer> layers;
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < num_layers; ++layer) {
    layers.emplace_back(config);
    list->push_back(layers.back());
  }
  parent.register_module("layers", list);
  return layers;
}

}  // namespace unipic::nn
