#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/clip_text/config.h"
#include "nn/encoder_layer.h"
#include "nn/trace.h"

// B batch, T tokens, D width, P width of the projection.

namespace unipic::clip_text {

struct Encoded {
  torch::Tensor penultimate_BTD;  // after the layer before the last, without a norm
  torch::Tensor pooled_BP;  // of the token that ends the text, projected if there is a projection
};

// CLIP's text encoder with projection (Radford et al. 2021; specs/unipic2.md §4.1).
class TextModelImpl : public torch::nn::Module {
 public:
  explicit TextModelImpl(const Config& config);

  const Config& config() const { return config_; }

  // Token ids [B, T], int64, no more than there are positions. Traces "embeddings", "layer_i" after
  // layer i, counted from 1, and "last_hidden_state". Throws `Error` for too many tokens.
  Encoded forward(const torch::Tensor& ids_BT, const nn::Trace& trace = {}) const;

 private:
  // Where the texts end, [B].
  torch::Tensor ends_of(const torch::Tensor& ids_BT) const;

  const Config config_;
  nn::Embedding token_ = nullptr, position_ = nullptr;
  std::vector<nn::EncoderLayer> layers_;
  nn::LayerNorm norm_ = nullptr;
  nn::Linear projection_ = nullptr;
};
TORCH_MODULE(TextModel);

}  // namespace unipic::clip_text
