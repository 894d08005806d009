#include "backbones/qwen2/model.h"

#include <torch/nn/modules/container/modulelist.h>
#include <utility>

#include "nn/activation_checkpoint.h"
#include "nn/causal_mask.h"
#include "ops/attention.h"
#include "ops/linear.h"

namespace unipic::qwen2 {
using torch::Tensor;

Tensor positions_of(const Tensor& key_mask_BS) {
  return (key_mask_BS.to(torch::kLong).cumsum(-1) - 1).clamp_min(0);
}

AttentionImpl::AttentionImpl(const Config& config)
    : head_dim_(config.head_dim()),
      q_(register_module("q_proj", nn::Linear(config.hidden_size, config.hidden_size))),
      k_(register_module("k_proj",
                         nn::Linear(config.hidden_size, config.num_kv_heads * head_dim_))),
      v_(register_module("v_proj",
                         nn::Linear(config.hidden_size, config.num_kv_heads * head_dim_))),
      out_(register_module("o_proj", nn::Linear(config.hidden_size, config.hidden_size,
                                                nn::LinearOptions{.bias = false}))) {}

Tensor AttentionImpl::forward(const Tensor& x_BTD, const nn::RopeTables& rope, const Tensor& mask,
                              nn::KvCache* cache, int64_t layer) const {
  const auto heads = [&](const nn::Linear& projection) {
    return projection->forward(x_BTD).unflatten(-1, {-1, head_dim_}).transpose(1, 2);
  };
  const auto q = nn::apply_rope(heads(q_), rope);
  auto k = nn::apply_rope(heads(k_), rope);
  auto v = heads(v_);
  if (cache != nullptr) std::tie(k, v) = cache->append(layer, k, v);
  const auto out_BHTK = ops::attention(q, k, v, mask, out_->uses_own_kernels());
  return out_->forward(out_BHTK.transpose(1, 2).flatten(-2));
}

SwiGluImpl::SwiGluImpl(const Config& config)
    : gate_(register_module("gate_proj", nn::Linear(config.hidden_size, config.intermediate_size,
                                                    nn::LinearOptions{.bias = false}))),
      up_(register_module("up_proj", nn::Linear(config.hidden_size, config.intermediate_size,
                                                nn::LinearOptions{.bias = false}))),
      down_(register_module("down_proj", nn::Linear(config.intermediate_size, config.hidden_size,
                                                    nn::LinearOptions{.bias = false}))) {}

Tensor SwiGluImpl::forward(const Tensor& x_BTD) const {
  const auto gate = gate_->forward(x_BTD, ops::Activation::kSilu);
  return down_->forward(up_->forward_times(gate, x_BTD));
}

DecoderLayerImpl::DecoderLayerImpl(const Config& config)
    : attention_norm_(
          register_module("input_layernorm", nn::RmsNorm(config.hidden_size, config.norm_eps))),
      mlp_norm_(register_module("post_attention_layernorm",
                                nn::RmsNorm(config.hidden_size, config.norm_eps))),
      attention_(register_module("self_attn", Attention(config))),
      mlp_(register_module("mlp", SwiGlu(config))) {}

Tensor DecoderLayerImpl::forward(const Tensor& x_BTD, const nn::RopeTables& rope,
                                 const Tensor& mask, nn::KvCache* cache, int64_t layer) const {
  const auto h_BTD =
      x_BTD + attention_->forward(attention_norm_->forward(x_BTD), rope, mask, cache, layer);
  return h_BTD + mlp_->forward(mlp_norm_->forward(h_BTD));
}

DecoderImpl::DecoderImpl(const Config& config)
    : config_(config),
      embedding_(
          register_module("embed_tokens", nn::Embedding(config.vocab_size, config.hidden_size))),
      norm_(register_module("norm", nn::RmsNorm(config.hidden_size, config.norm_eps))) {
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    layers_.emplace_back(config);
    list->push_back(layers_.back());
  }
  register_module("layers", list);
}

DecoderImpl::DecoderImpl(const DecoderImpl& trunk, int64_t num_shared,
                         const std::vector<DecoderLayer>& branch, nn::RmsNorm norm)
    : config_(trunk.config_),
      embedding_(trunk.embedding_),
      layers_(trunk.layers_.begin(), trunk.layers_.begin() + num_shared),
      norm_(std::move(norm)) {
  layers_.insert(layers_.end(), branch.begin(), branch.end());
}

Tensor DecoderImpl::forward(const Tensor& embeddings_BTD, const Tensor& positions_BT,
                            const Tensor& key_mask_BS, nn::KvCache* cache, const nn::Trace& trace,
                            const nn::BlockHooks& hooks) const {
  const int64_t num_tokens = embeddings_BTD.size(1);
  const int64_t num_cached = cache != nullptr ? cache->length() : 0;
  const auto dtype = embeddings_BTD.scalar_type();
  const auto rope =
      positions_BT.dim() == 3
          ? nn::rope_tables(positions_BT, config_.rope_sections, config_.head_dim(),
                            config_.rope_base, dtype)
          : nn::rope_tables(positions_BT, config_.head_dim(), config_.rope_base, dtype);
  const auto mask = nn::causal_mask(num_tokens, num_cached, key_mask_BS, embeddings_BTD.options());

  auto x_BTD = embeddings_BTD;
  const auto num_layers = static_cast<int64_t>(layers_.size());
  for (int64_t layer = 0; layer < num_layers; ++layer) {
    const auto run = [=, &decoder_layer = layers_[static_cast<size_t>(layer)]](const Tensor& x) {
      return decoder_layer->forward(x, rope, mask, cache, layer);
    };
    // A cache would be appended to twice.
    const bool checkpoints = checkpoints_layers_ && cache == nullptr;
    x_BTD = hooks.around(
        layer, [&] { return checkpoints ? nn::activation_checkpoint(run, x_BTD) : run(x_BTD); });
    if (trace) trace("hidden_" + std::to_string(layer + 1), x_BTD);
  }
  if (cache != nullptr) cache->advance(num_tokens);
  return norm_->forward(x_BTD);
}

CausalLmImpl::CausalLmImpl(const Config& config)
    : config_(config), decoder_(register_module("model", Decoder(config))) {
  if (!config.tied_head) {
    head_ = register_module("lm_head", nn::Linear(config.hidden_size, config.vocab_size,
                                                  nn::LinearOptions{.bias = false}));
  }
}

Tensor CausalLmImpl::embed(const Tensor& ids_BT) const {
  return decoder_->embedding()->forward(ids_BT);
}

Tensor CausalLmImpl::logits(const Tensor& hidden) const {
  const auto scores =
      head_ ? head_->forward(hidden) : ops::linear(hidden, decoder_->embedding()->weight(), {});
  return scores.to(torch::kFloat);
}

}  // namespace unipic::qwen2
