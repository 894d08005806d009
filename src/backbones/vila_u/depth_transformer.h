#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <vector>

#include "backbones/vila_u/config.h"
#include "nn/kv_cache.h"
#include "nn/linear.h"
#include "nn/norm.h"

// N positions of pictures, Q codes of each (the depth), D width, E width of what a position begins
// with, C width of the codes, A width of attention, K number of codes.

namespace unipic::vila_u {

// Leaves out a share of a tensor's numbers in training; empty: keeps all.
using Dropout = std::function<torch::Tensor(const torch::Tensor& x)>;

// x += out(attention(in(norm1(x)))) with attention wider than x; x += mlp(norm2(x)), exact GELU.
class DepthBlockImpl : public torch::nn::Module {
 public:
  explicit DepthBlockImpl(const DepthConfig& config);
  // The codes after those that `cache` holds, if there is one.
  torch::Tensor forward(const torch::Tensor& x_NQD, nn::KvCache* cache, int64_t layer,
                        const Dropout& dropout) const;
  // See `DepthTransformerImpl::fuse`.
  void fuse();

 private:
  torch::Tensor attend(const torch::Tensor& x_NQD, nn::KvCache* cache, int64_t layer,
                       const Dropout& dropout) const;

  int64_t num_heads_;
  nn::LayerNorm attention_norm_, mlp_norm_;
  nn::Linear attention_in_, attention_out_;                                        // D to A to D
  nn::Linear query_ = nullptr, key_ = nullptr, value_ = nullptr, proj_ = nullptr;  // A to A
  nn::Linear mlp_in_ = nullptr, mlp_out_ = nullptr;
  nn::Linear fused_qkv_ = nullptr, fused_out_ = nullptr;  // D to 3·A, A to D
};
TORCH_MODULE(DepthBlock);

// Tells the codes of positions one after the other: the first from what a language model says of
// the position, each other from the sum of the rows of those before it.
class DepthTransformerImpl : public torch::nn::Module {
 public:
  explicit DepthTransformerImpl(const DepthConfig& config);

  const DepthConfig& config() const { return config_; }

  // Scores [N, Q, K] in fp32 of all levels at once, for training: hidden states [N, E] and the rows
  // [N, Q, C] of the codes that are right, of which the last is not looked at.
  torch::Tensor forward(const torch::Tensor& hidden_NE, const torch::Tensor& rows_NQC,
                        const Dropout& dropout = {}) const;

  // Scores [N, K] in fp32 of the first code, and of the one after those that `cache` holds, whose
  // rows have the sum [N, C].
  torch::Tensor first(const torch::Tensor& hidden_NE, nn::KvCache& cache) const;
  torch::Tensor next(const torch::Tensor& sum_NC, nn::KvCache& cache) const;
  nn::KvCache make_cache() const;

  // From now on each block's linear layers that follow each other with nothing in between are one:
  // the same function with 30 % of the published model's weights. There is no training after.
  void fuse();

 private:
  torch::Tensor run(const torch::Tensor& x_NQD, nn::KvCache* cache, const Dropout& dropout) const;

  const DepthConfig config_;
  nn::Linear from_codes_, from_hidden_;
  torch::Tensor positions_1QD_;
  std::vector<DepthBlock> blocks_;
  nn::LayerNorm norm_ = nullptr;
  nn::Linear classifier_ = nullptr;
};
TORCH_MODULE(DepthTransformer);

}  // namespace unipic::vila_u
