#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <vector>

#include "backbones/dc_ae/blocks.h"
#include "backbones/dc_ae/config.h"

// B batch, C latent channels, H height and W width in pixels, h and w in latents.

namespace unipic::dc_ae {

// A stage of one half: its blocks, and the convolution that changes the resolution, if any.
struct Stage {
  std::vector<std::shared_ptr<BlockImpl>> blocks;
  nn::Conv2d resize = nullptr;

  torch::Tensor run_blocks(const torch::Tensor& x_BCHW, const nn::Trace& trace) const;
};

class EncoderImpl : public torch::nn::Module {
 public:
  explicit EncoderImpl(const Config& config);
  // Pixels [B, 3, H, W] in -1..1, both sides multiples of the stride, to latents [B, C, h, w].
  // Traces "conv_in" and "down_block.I".
  torch::Tensor forward(const torch::Tensor& pixels_B3HW, const nn::Trace& trace) const;

 private:
  nn::Conv2d in_, out_ = nullptr;
  std::vector<Stage> stages_;
  int64_t latent_channels_;
};
TORCH_MODULE(Encoder);

class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const Config& config);
  // The reverse. Traces "conv_in", "up_block.I" and "up_block.I.0.attn".
  torch::Tensor forward(const torch::Tensor& latents_BChw, const nn::Trace& trace) const;

 private:
  nn::Conv2d in_ = nullptr, out_ = nullptr;
  std::vector<Stage> stages_;
  ChannelNorm norm_;
  int64_t channels_a_latent_;
};
TORCH_MODULE(Decoder);

// The deep-compression autoencoder (Chen et al. 2024; specs/tar.md §5.4). Names are those of
// diffusers.
class AutoencoderImpl : public torch::nn::Module {
 public:
  explicit AutoencoderImpl(const Config& config);

  const Config& config() const { return config_; }

  // Throws `Error` for sides that are no multiples of the stride.
  torch::Tensor encode(const torch::Tensor& pixels_B3HW, const nn::Trace& trace = {}) const;
  torch::Tensor decode(const torch::Tensor& latents_BChw, const nn::Trace& trace = {}) const {
    return decoder_->forward(latents_BChw, trace);
  }

 private:
  const Config config_;
  Encoder encoder_;
  Decoder decoder_;
};
TORCH_MODULE(Autoencoder);

}  // namespace unipic::dc_ae
