#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/qwen2/config.h"
#include "nn/block_hooks.h"
#include "nn/kv_cache.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/rope.h"
#include "nn/trace.h"

// B batch, T tokens, S positions attended to (cached ones first), D width.

namespace unipic::qwen2 {

// Positions of tokens under a key mask: each counts the valid keys up to itself, from 0. [B, S].
torch::Tensor positions_of(const torch::Tensor& key_mask_BS);

// Grouped-query causal attention with biases on q, k and v.
class AttentionImpl : public torch::nn::Module {
 public:
  explicit AttentionImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& x_BTD, const nn::RopeTables& rope,
                        const torch::Tensor& mask, nn::KvCache* cache, int64_t layer) const;

 private:
  int64_t head_dim_;
  nn::Linear q_, k_, v_, out_;
};
TORCH_MODULE(Attention);

// down(silu(gate(x)) · up(x)).
class SwiGluImpl : public torch::nn::Module {
 public:
  explicit SwiGluImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& x_BTD) const;

 private:
  nn::Linear gate_, up_, down_;
};
TORCH_MODULE(SwiGlu);

class DecoderLayerImpl : public torch::nn::Module {
 public:
  explicit DecoderLayerImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& x_BTD, const nn::RopeTables& rope,
                        const torch::Tensor& mask, nn::KvCache* cache, int64_t layer) const;

 private:
  nn::RmsNorm attention_norm_, mlp_norm_;
  Attention attention_;
  SwiGlu mlp_;
};
TORCH_MODULE(DecoderLayer);

// The stack of decoder layers: embeddings in, final-norm hidden states out.
class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const Config& config);
  // One that has the embedding and the first `num_shared` layers in common with `trunk` and goes on
  // with `branch` and `norm`, which all belong to other modules.
  DecoderImpl(const DecoderImpl& trunk, int64_t num_shared, const std::vector<DecoderLayer>& branch,
              nn::RmsNorm norm);

  // `key_mask` [B, S] tells which positions may be attended to (cached ones first); undefined
  // means all. With a cache the new positions are appended to it. Traces "hidden_i" after layer i,
  // counted from 1. Where the config has sections, positions may also be [3, B, T].
  torch::Tensor forward(const torch::Tensor& embeddings_BTD, const torch::Tensor& positions_BT,
                        const torch::Tensor& key_mask_BS, nn::KvCache* cache = nullptr,
                        const nn::Trace& trace = {}, const nn::BlockHooks& hooks = {}) const;

  const nn::Embedding& embedding() const { return embedding_; }

  // Whether training computes layers again instead of keeping what they remember.
  void set_activation_checkpointing(bool on) { checkpoints_layers_ = on; }

 private:
  const Config config_;
  bool checkpoints_layers_ = false;
  nn::Embedding embedding_;
  std::vector<DecoderLayer> layers_;
  nn::RmsNorm norm_;
};
TORCH_MODULE(Decoder);

// The decoder with its output head.
class CausalLmImpl : public torch::nn::Module {
 public:
  explicit CausalLmImpl(const Config& config);

  const Config& config() const { return config_; }
  torch::Tensor embed(const torch::Tensor& ids_BT) const;
  const Decoder& decoder() const { return decoder_; }
  // Scores of every vocabulary row, [..., vocab_size], in fp32.
  torch::Tensor logits(const torch::Tensor& hidden) const;

  nn::KvCache make_cache() const { return nn::KvCache(config_.num_layers); }

 private:
  const Config config_;
  Decoder decoder_;
  nn::Linear head_ = nullptr;  // null when tied to the embedding
};
TORCH_MODULE(CausalLm);

}  // namespace unipic::qwen2
