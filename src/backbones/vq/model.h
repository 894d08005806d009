#pragma once

#include <torch/nn/module.h>

#include "backbones/kl_vae/model.h"
#include "backbones/vq/config.h"
#include "nn/conv.h"
#include "nn/linear.h"
#include "nn/trace.h"

// B pictures, C width of codes, V codes that there are, H height, W width; h and w are H and W over
// the stride.

namespace unipic::vq {

// Whether pictures are also made codes of; to draw them the other half is enough.
enum class Half { kBoth, kDecoder };

// The autoencoder between pixels in -1..1 and codes: vectors of length 1 on both sides.
class AutoencoderImpl : public torch::nn::Module {
 public:
  explicit AutoencoderImpl(const Config& config, Half half = Half::kBoth);

  const Config& config() const { return config_; }

  // Pixels [B, 3, H, W], H and W multiples of the stride, to what codes are chosen for, not yet of
  // length 1: [B, C, h, w].
  torch::Tensor encode(const torch::Tensor& pixels_B3HW) const;
  // The codes nearest to that, int64 [B, h, w].
  torch::Tensor nearest(const torch::Tensor& z_BChw) const;
  // The vectors of codes, [B, C, h, w]. Throws `Error` for codes that there are not.
  torch::Tensor vectors(const torch::Tensor& codes_Bhw) const;
  // Vectors of codes to pixels [B, 3, H, W], not clamped. Traces "post_quant" and what
  // `kl_vae::Decoder` does.
  torch::Tensor decode(const torch::Tensor& z_BChw, const nn::Trace& trace = {}) const;

 private:
  const Config config_;
  kl_vae::Encoder encoder_ = nullptr;
  kl_vae::Decoder decoder_;
  nn::Embedding codes_ = nullptr;
  nn::Conv2d quant_conv_ = nullptr, post_quant_conv_;
};
TORCH_MODULE(Autoencoder);

}  // namespace unipic::vq
