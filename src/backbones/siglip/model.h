#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/siglip/config.h"
#include "nn/encoder_layer.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/trace.h"
#include "nn/transformer_block.h"

// B batch, T tokens, D width, P pixels a side.

namespace unipic::siglip {

// Patches of pixels to tokens with a learned position each. A grid of no more tokens than there are
// positions has the first of them, one of more those between them (bicubic).
class EmbeddingsImpl : public torch::nn::Module {
 public:
  explicit EmbeddingsImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& pixels_B3HW) const;

 private:
  const Config config_;
  torch::Tensor patch_weight_, patch_bias_;
  nn::Embedding position_ = nullptr;
};
TORCH_MODULE(Embeddings);

// Attention pooling: one learned query over all tokens, then an MLP. [B, T, D] to [B, D].
class PoolingHeadImpl : public torch::nn::Module {
 public:
  explicit PoolingHeadImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& x_BTD) const;

 private:
  int64_t num_heads_;
  torch::Tensor probe_, in_weight_, in_bias_;
  nn::Linear out_ = nullptr;
  nn::LayerNorm norm_;
  nn::GeluMlp mlp_;
};
TORCH_MODULE(PoolingHead);

// The vision tower (Zhai et al. 2023; Tschannen et al. 2025), fixed resolution.
class VisionModelImpl : public torch::nn::Module {
 public:
  // What comes after the last layer: nothing, a norm, or after that also what makes one vector of a
  // picture.
  enum class Ending { kNone, kNorm, kPooling };
  VisionModelImpl(const Config& config, Ending ending);

  // Pixels [B, 3, P, P] in -1..1 to the tokens after the last norm, or layer if there is no norm,
  // [B, T, D]. Traces "embeddings" and "hidden_i" after layer i, counted from 1. Throws `Error` for
  // another P.
  torch::Tensor forward(const torch::Tensor& pixels_B3PP, const nn::Trace& trace = {}) const;
  // What the first `num_layers` give, without the last norm, of pictures of any size (B batch, H by
  // W pixels): [B, T, D]. Right and below, what makes no whole patch is not seen. Traces as
  // `forward`.
  torch::Tensor hidden(const torch::Tensor& pixels_B3HW, int64_t num_layers,
                       const nn::Trace& trace = {}) const;
  // One vector a picture from the tokens of `forward`, with `Ending::kPooling`.
  torch::Tensor pool(const torch::Tensor& tokens_BTD) const { return head_->forward(tokens_BTD); }

 private:
  const Config config_;
  Embeddings embeddings_;
  std::vector<nn::EncoderLayer> layers_;
  nn::LayerNorm norm_ = nullptr;
  PoolingHead head_ = nullptr;
};
TORCH_MODULE(VisionModel);

}  // namespace unipic::siglip
