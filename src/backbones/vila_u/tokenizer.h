#pragma once

#include <torch/nn/module.h>

#include "backbones/kl_vae/model.h"
#include "backbones/siglip/model.h"
#include "backbones/vila_u/codebook.h"
#include "backbones/vila_u/config.h"
#include "nn/trace.h"

// B batch, H height and W width in pixels, h and w in tokens, D width of the codes, Q codes a
// token.

namespace unipic::vila_u {

// The image tokenizer: a SigLIP tower whose features become codes, and a decoder that makes pixels
// of them. No pass of it has gradients but that of the decoder.
class TokenizerImpl : public torch::nn::Module {
 public:
  explicit TokenizerImpl(const TokenizerConfig& config);

  const TokenizerConfig& config() const { return config_; }
  const Codebook& codebook() const { return codebook_; }
  // Pixels a side for one token.
  int64_t stride() const { return config_.vision.patch_size; }

  // Pixels [B, 3, H, W] in -1..1 to codes [B, h, w, Q] and vectors [B, h, w, D]. Traces what SigLIP
  // does and "latent". Throws `Error` for sides that are no multiple of the stride.
  Quantized encode(const torch::Tensor& pixels_B3HW, const nn::Trace& trace = {}) const;

  // Vectors [B, h, w, D] to pixels [B, 3, H, W], not clamped. Traces "post_quant" and what the
  // decoder does.
  torch::Tensor decode(const torch::Tensor& z_BhwD, const nn::Trace& trace = {}) const;

  // `nn::Linear::pack` and its like for all parts.
  void pack();

 private:
  const TokenizerConfig config_;
  siglip::VisionModel vision_;
  Codebook codebook_;
  nn::Conv2d after_codes_;
  kl_vae::Decoder decoder_;
};
TORCH_MODULE(Tokenizer);

}  // namespace unipic::vila_u
