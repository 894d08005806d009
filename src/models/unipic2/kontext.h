#pragma once

#include <torch/types.h>

#include <filesystem>

#include "models/unipic2/generation.h"
#include "models/unipic2/parts.h"
#include "models/unipic2/text_encoders.h"

// P pictures, C latent channels, H height and W width in latents.

namespace unipic::unipic2 {

// UniPic2-SD3.5M-Kontext: draws from a text, and edits one picture (specs/unipic2.md §8).
class Kontext {
 public:
  // Opens a published folder. Throws `Error` for what is missing, malformed or does not fit.
  Kontext(const std::filesystem::path& folder, const Placement& placement);

  // The prompts of pictures that are drawn together; the negative ones only where `options` guide.
  PromptPair encode(const std::vector<std::string>& prompts,
                    const std::vector<std::string>& negatives, const SamplerOptions& options,
                    int64_t num_t5_tokens) const;

  // A picture to edit, sides multiples of 16, as latents [1, C, H, W]. The published pipeline draws
  // a sample of what the encoder says: normal `noise` of the latents' shape.
  torch::Tensor encode_reference(const Image& image, const torch::Tensor& noise_1CHW) const;

  // From noise to latents; `reference` [P, C, H, W] or undefined.
  Generation begin(const torch::Tensor& noise_PCHW, PromptPair prompts, torch::Tensor reference,
                   const SamplerOptions& options, SamplerHooks hooks = {}) const;

  // Latents to pixels [P, 3, 8·H, 8·W], not clamped.
  torch::Tensor decode(const torch::Tensor& latents_PCHW) const;

 private:
  Placement placement_;
  TextEncoders text_encoders_;
  sd3::Transformer transformer_;
  LatentCodec codec_;
  double shift_;
};

}  // namespace unipic::unipic2
