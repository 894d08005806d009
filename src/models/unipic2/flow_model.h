#pragma once

#include <torch/types.h>

#include "models/unipic2/generation.h"
#include "models/unipic2/kontext_files.h"
#include "models/unipic2/parts.h"
#include "nn/linear.h"
#include "unipic/image.h"

// P pictures, C latent channels, H height and W width in latents.

namespace unipic::unipic2 {

// What both products draw with once a prompt is read: the transformer, the autoencoder and the
// shift of the noise levels.
class FlowModel {
 public:
  // Throws `Error` for what is missing, malformed or does not fit.
  FlowModel(const FlowFiles& files, const ops::Placement& placement);

  // The transformer's stacked layers have weights of so many bits from now on.
  void quantize(ops::WeightBits bits) { nn::quantize_linears(*transformer_, bits); }
  // Our own kernels compute where they can (bf16 on a CPU), with the weights as they are now.
  void use_own_kernels();

  const ops::Placement& placement() const { return placement_; }
  const sd3::Transformer& transformer() const { return transformer_; }
  const LatentCodec& codec() const { return codec_; }
  int64_t latent_channels() const { return transformer_->config().latent_channels; }

  // Pixels a side of one latent, and what the sides of pictures are multiples of.
  int64_t pixels_per_latent() const { return codec_.vae->config().stride(); }
  int64_t size_step() const { return pixels_per_latent() * transformer_->config().patch_size; }

  // A picture to edit, sides multiples of `size_step`, as latents [P, C, H, W]. As the published
  // pipeline has it, each is a sample of what the encoder says, drawn by its normal `noise`.
  torch::Tensor encode_reference(const Image& image, const torch::Tensor& noise_PCHW) const;

  // From noise to latents; `reference` [P, C, H', W'] or undefined.
  Generation begin(const torch::Tensor& noise_PCHW, PromptPair prompts, torch::Tensor reference,
                   const SamplerOptions& options, SamplerHooks hooks = {}) const;

  // Latents to pixels [P, 3, 8·H, 8·W], not clamped, one picture at a time to save memory.
  torch::Tensor decode(const torch::Tensor& latents_PCHW) const;

 private:
  ops::Placement placement_;
  sd3::Transformer transformer_;
  LatentCodec codec_;
  double shift_;
};

}  // namespace unipic::unipic2
