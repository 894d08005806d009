#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/kl_vae/blocks.h"
#include "backbones/kl_vae/config.h"
#include "nn/conv.h"
#include "nn/trace.h"

// B batch, Z latent channels, H height, W width; h and w are H and W over the stride.

namespace unipic::kl_vae {

class EncoderImpl : public torch::nn::Module {
 public:
  EncoderImpl(const Config& config, int64_t out_channels);
  // Pixels [B, 3, H, W] to [B, `out_channels`, h, w]. Traces "before_mid".
  torch::Tensor forward(const torch::Tensor& pixels_B3HW, const nn::Trace& trace) const;

 private:
  nn::Conv2d conv_in_, conv_out_;
  std::vector<Level> levels_;
  Middle middle_;
  nn::GroupNorm norm_out_;
};
TORCH_MODULE(Encoder);

class DecoderImpl : public torch::nn::Module {
 public:
  explicit DecoderImpl(const Config& config);
  // Traces "conv_in", "after_mid" and, after the last residual block of level i, "level_i".
  torch::Tensor forward(const torch::Tensor& latents_BZhw, const nn::Trace& trace) const;

 private:
  nn::Conv2d conv_in_, conv_out_;
  std::vector<Level> levels_;  // by level; the last comes first in `forward`
  Middle middle_;
  nn::GroupNorm norm_out_;
};
TORCH_MODULE(Decoder);

// A normal distribution over latents.
struct Moments {
  torch::Tensor mean_BZhw, log_variance_BZhw;
};

// The autoencoder between pixels in -1..1 and latents.
class AutoencoderImpl : public torch::nn::Module {
 public:
  explicit AutoencoderImpl(const Config& config);

  const Config& config() const { return config_; }

  // Pixels [B, 3, H, W], H and W multiples of the stride, to the mean of the latents' distribution,
  // [B, Z, h, w]. Traces "before_mid" and "moments" (means, then log variances).
  torch::Tensor encode(const torch::Tensor& pixels_B3HW, const nn::Trace& trace = {}) const;
  // The whole distribution, log variances within -30..20.
  Moments encode_moments(const torch::Tensor& pixels_B3HW) const;
  // Latents [B, Z, h, w] to pixels [B, 3, H, W], not clamped. Traces "conv_in" and
  // "after_mid".
  torch::Tensor decode(const torch::Tensor& latents_BZhw, const nn::Trace& trace = {}) const;

 private:
  // Means, then log variances.
  torch::Tensor halves(const torch::Tensor& pixels_B3HW, const nn::Trace& trace) const;

  const Config config_;
  Encoder encoder_;
  Decoder decoder_;
  nn::Conv2d quant_conv_ = nullptr, post_quant_conv_ = nullptr;
};
TORCH_MODULE(Autoencoder);

}  // namespace unipic::kl_vae
