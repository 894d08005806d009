#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/kl_vae/blocks.h"
#include "backbones/scene_detector/config.h"
#include "nn/conv.h"

// B batch, C channels, P pixels a side, G cells a side of the grid, N classes and "nothing",
// K colours.

namespace unipic::scene_detector {

// What the network says of each cell of the grid.
struct Output {
  torch::Tensor class_logits_BNGG;  // the last one is "nothing"
  torch::Tensor sides_B4GG;         // from the cell's middle to left, top, right and bottom, in
                                    // parts of the picture
  torch::Tensor colour_logits_BKGG;

  Output to(torch::Device device) const;
};

// Halves the sides, then residual blocks.
class StageImpl : public torch::nn::Module {
 public:
  StageImpl(int64_t in_channels, int64_t out_channels, int64_t num_blocks, int64_t norm_groups);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  nn::GroupNorm norm_;
  nn::Conv2d down_;
  std::vector<kl_vae::ResidualBlock> blocks_;
};
TORCH_MODULE(Stage);

// A convolutional network that finds objects in one look: every cell in the middle of an object
// tells its class, its colour and its four sides (FCOS, Tian et al. 2019, on one level, with a
// softmax over classes in place of independent ones). The level of stride 8 sees the whole picture
// through the one of stride 16 (Lin et al. 2017). Without batch statistics: it computes the same in
// training and in use.
class SceneDetectorImpl : public torch::nn::Module {
 public:
  explicit SceneDetectorImpl(const Config& config);

  const Config& config() const { return config_; }

  // Pixels in -1..1, P = `config().size`.
  Output forward(const torch::Tensor& pixels_B3PP) const;

  // What it sees at strides 4 and 8 in pictures of any size that 16 divides.
  std::vector<torch::Tensor> features(const torch::Tensor& pixels_B3HW) const;

 private:
  const Config config_;
  nn::Conv2d stem_;
  Stage stage4_, stage8_, stage16_;  // named by their strides
  nn::Conv2d top_down_;
  kl_vae::ResidualBlock merge_;
  nn::GroupNorm norm_out_;
  nn::Conv2d head_;
};
TORCH_MODULE(SceneDetector);

// Starting weights, a pure function of the seed. At first every cell says "nothing".
void initialize(SceneDetector& model, uint64_t seed);

}  // namespace unipic::scene_detector
