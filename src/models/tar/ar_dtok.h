#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <vector>

#include "models/tar/ar_dtok_config.h"
#include "nn/kv_cache.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/trace.h"

// B pictures, M features of each, F their width, N codes of a picture, T positions, D width, V
// codes that there are.

namespace unipic::tar {

// What training leaves out of a pass; 0: nothing (specs/tar.md §6.3). Which numbers it is depends
// on the seed alone.
struct ArDtokDropout {
  double features = 0;            // of whole pictures
  double embedding = 0;           // of embeddings with their positions
  double attention = 0, mlp = 0;  // of what a layer adds
  uint64_t seed = 0;
};

// x += attention(norm(x)); x += mlp(norm(x)), causal, without biases.
class ArDtokLayerImpl : public torch::nn::Module {
 public:
  ArDtokLayerImpl(const ArDtokConfig& config, int64_t layer);
  torch::Tensor forward(const torch::Tensor& x_BTD, const torch::Tensor& mask, nn::KvCache* cache,
                        const ArDtokDropout& dropout) const;

 private:
  torch::Tensor attend(const torch::Tensor& x_BTD, const torch::Tensor& mask,
                       nn::KvCache* cache) const;

  int64_t num_heads_, layer_;
  nn::RmsNorm attention_norm_, mlp_norm_;
  nn::Linear qkv_ = nullptr, out_ = nullptr;
  nn::Linear gate_ = nullptr, up_ = nullptr, down_ = nullptr;
};
TORCH_MODULE(ArDtokLayer);

// The autoregressive de-tokenizer under the names of its checkpoint: a decoder that goes on from
// features of TA-Tok with the codes of a VQGAN (specs/tar.md §4).
class ArDtokImpl : public torch::nn::Module {
 public:
  explicit ArDtokImpl(const ArDtokConfig& config);

  const ArDtokConfig& config() const { return config_; }
  nn::KvCache make_cache() const { return nn::KvCache(config_.num_layers); }
  // Whether training computes layers again instead of keeping what they remember.
  void set_activation_checkpointing(bool on) { checkpoints_layers_ = on; }
  // From now on our own kernels compute where there are some, without gradients.
  void use_own_kernels();

  // Features [B, M, F] and codes [B, N], int64, to embeddings [B, ..., D].
  torch::Tensor embed_features(const torch::Tensor& features_BMF) const;
  torch::Tensor embed_codes(const torch::Tensor& codes_BN) const;

  // Embeddings [B, T, D] after those in the cache, which they are appended to, to hidden states.
  // Traces "layer.i" after layer i, counted from 0, and "norm". Throws `Error` for more positions
  // than there are.
  torch::Tensor forward(const torch::Tensor& embeddings_BTD, nn::KvCache* cache = nullptr,
                        const ArDtokDropout& dropout = {}, const nn::Trace& trace = {}) const;
  // Scores of all codes, [..., V], in fp32.
  torch::Tensor logits(const torch::Tensor& hidden) const;

  // Scores of each of the codes [B, N] of a picture, from its features and the codes before it:
  // [B, N, V]; the last code is not read. Also traces "clip_proj".
  torch::Tensor teacher_logits(const torch::Tensor& features_BMF, const torch::Tensor& codes_BN,
                               const ArDtokDropout& dropout = {},
                               const nn::Trace& trace = {}) const;

 private:
  const ArDtokConfig config_;
  bool checkpoints_layers_ = false;
  torch::Tensor positions_1TD_;
  nn::Linear features_in_ = nullptr;
  nn::Embedding codes_in_ = nullptr;
  std::vector<ArDtokLayer> layers_;
  nn::RmsNorm norm_ = nullptr;
  nn::Linear head_ = nullptr;
};
TORCH_MODULE(ArDtok);

}  // namespace unipic::tar
