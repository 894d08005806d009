#pragma once

#include <torch/nn/module.h>

#include "nn/linear.h"
#include "nn/norm.h"

// B batch, T tokens, D width.

namespace unipic::nn {

struct TransformerBlockConfig {
  int64_t dim = 0;  // D
  int64_t num_heads = 0;
  int64_t hidden_dim = 0;  // of the MLP
  double norm_eps = 1e-6;
};

// Bidirectional attention with one fused qkv projection: output order [q | k | v], each of
// num_heads × head width.
class FusedAttentionImpl : public torch::nn::Module {
 public:
  FusedAttentionImpl(int64_t dim, int64_t num_heads);
  torch::Tensor forward(const torch::Tensor& x_BTD) const;

 private:
  int64_t num_heads_;
  Linear qkv_, proj_;
};
TORCH_MODULE(FusedAttention);

// Linear, GELU, Linear, under the names fc1 and fc2.
class GeluMlpImpl : public torch::nn::Module {
 public:
  // `gelu`: exact or by tanh.
  GeluMlpImpl(int64_t dim, int64_t hidden_dim, ops::Activation gelu);
  torch::Tensor forward(const torch::Tensor& x) const;

 private:
  ops::Activation activation_;
  Linear in_, out_;
};
TORCH_MODULE(GeluMlp);

// The ViT block with timm's parameter names: x += attn(norm1(x)); x += mlp(norm2(x)), exact GELU.
class TransformerBlockImpl : public torch::nn::Module {
 public:
  explicit TransformerBlockImpl(const TransformerBlockConfig& config);
  torch::Tensor forward(const torch::Tensor& x_BTD) const;

 private:
  LayerNorm attention_norm_, mlp_norm_;
  FusedAttention attention_;
  GeluMlp mlp_;
};
TORCH_MODULE(TransformerBlock);

}  // namespace unipic::nn
