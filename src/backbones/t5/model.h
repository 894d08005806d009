#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/t5/config.h"
#include "nn/block_hooks.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/trace.h"

// B batch, T tokens, D width, H heads.

namespace unipic::t5 {

// Attention among all tokens, padding included, without a scale.
class AttentionImpl : public torch::nn::Module {
 public:
  explicit AttentionImpl(const Config& config);
  // `bias` [1, H, T, T] is added to the scores.
  torch::Tensor forward(const torch::Tensor& x_BTD, const torch::Tensor& bias) const;

 private:
  int64_t num_heads_;
  nn::Linear q_, k_, v_, out_;
};
TORCH_MODULE(Attention);

class BlockImpl : public torch::nn::Module {
 public:
  // The first block's attention also holds the biases of relative positions.
  BlockImpl(const Config& config, bool has_positions);
  torch::Tensor forward(const torch::Tensor& x_BTD, const torch::Tensor& bias) const;

  // The biases of buckets, [buckets, H]; null but in the first block.
  const nn::Embedding& positions() const { return positions_; }

 private:
  nn::RmsNorm attention_norm_ = nullptr, mlp_norm_ = nullptr;
  Attention attention_ = nullptr;
  nn::Embedding positions_ = nullptr;
  nn::Linear gate_ = nullptr, up_ = nullptr, down_ = nullptr;
};
TORCH_MODULE(Block);

// The encoder of T5 v1.1 (Raffel et al. 2020; Shazeer 2020; specs/unipic2.md §4.2).
class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const Config& config);

  const Config& config() const { return config_; }

  // Token ids [B, T], int64, to [B, T, D]. Traces "embeddings" and "layer_i" after block i, counted
  // from 1.
  torch::Tensor forward(const torch::Tensor& ids_BT, const nn::Trace& trace = {},
                        const nn::BlockHooks& hooks = {}) const;

 private:
  const Config config_;
  nn::Embedding embedding_;
  std::vector<Block> blocks_;
  nn::RmsNorm norm_ = nullptr;
};
TORCH_MODULE(Encoder);

// The bucket of each pair of query and key, [T, T], int64: half of them for keys that come later,
// and of each half the nearer half one a distance, the others ever wider.
torch::Tensor position_buckets(int64_t num_tokens, int64_t num_buckets, int64_t max_distance);

}  // namespace unipic::t5
