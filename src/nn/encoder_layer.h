#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/transformer_block.h"

// B batch, T tokens, D width.

namespace unipic::nn {

struct EncoderLayerConfig {
  int64_t dim = 0;  // D
  int64_t num_heads = 0;
  int64_t hidden_dim = 0;  // of the MLP
  double norm_eps = 1e-6;
  ops::Activation activation = ops::Activation::kGeluTanh;
};

// x += self_attn(layer_norm1(x)); x += mlp(layer_norm2(x)), with biases everywhere: the layer of
// CLIP and SigLIP under the names of the transformers library.
class EncoderLayerImpl : public torch::nn::Module {
 public:
  explicit EncoderLayerImpl(const EncoderLayerConfig& config);
  // `mask` as in `ops::attention`.
  torch::Tensor forward(const torch::Tensor& x_BTD, const torch::Tensor& mask = {}) const;

 private:
  torch::Tensor attend(const torch::Tensor& x_BTD, const torch::Tensor& mask) const;

  int64_t num_heads_;
  LayerNorm attention_norm_, mlp_norm_;
  Linear q_ = nullptr, k_ = nullptr, v_ = nullptr, out_ = nullptr;
  GeluMlp mlp_;
};
TORCH_MODULE(EncoderLayer);

// So many of them, registered in `parent` as "layers".
std::vector<EncoderLayer> add_encoder_layers(torch::nn::Module& parent, int64_t num_layers,
                                             const EncoderLayerConfig& config);

}  // namespace unipic::nn
