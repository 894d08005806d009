#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/siglip/model.h"
#include "backbones/siglip/text_config.h"

// B batch, T tokens of a text, D width, P pixels a side.

namespace unipic::siglip {

// The text tower: every text is padded to all its positions, and the last one speaks for it.
class TextModelImpl : public torch::nn::Module {
 public:
  explicit TextModelImpl(const TextConfig& config);

  // Token ids [B, T], int64, of exactly `num_positions` tokens to a vector a text, [B, D].
  torch::Tensor forward(const torch::Tensor& ids_BT) const;

 private:
  nn::Embedding token_ = nullptr, position_ = nullptr;
  std::vector<nn::EncoderLayer> layers_;
  nn::LayerNorm norm_;
  nn::Linear head_;
};
TORCH_MODULE(TextModel);

// Both towers under the names of the published checkpoints, with the scale and bias of the loss.
class ContrastiveModelImpl : public torch::nn::Module {
 public:
  // Throws `Error` if the towers' widths differ.
  ContrastiveModelImpl(const Config& vision, const TextConfig& text);

  // How well texts fit pictures: row i, column j for text i and picture j, [B, B], fp32.
  torch::Tensor forward(const torch::Tensor& pixels_B3PP, const torch::Tensor& ids_BT) const;

 private:
  VisionModel vision_;
  TextModel text_;
  torch::Tensor log_scale_, bias_;
};
TORCH_MODULE(ContrastiveModel);

// The starting values of scale and bias (Zhai et al. 2023, section 3.2).
inline constexpr double kInitialScale = 10.0;
inline constexpr double kInitialBias = -10.0;

// Each text and picture is a yes-or-no question of its own, yes on the diagonal only; summed over
// texts and pictures, averaged over the batch (Zhai et al. 2023, eq. 2).
torch::Tensor sigmoid_loss(const torch::Tensor& logits_BB);

}  // namespace unipic::siglip
