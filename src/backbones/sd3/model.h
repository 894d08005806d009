#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/sd3/blocks.h"
#include "backbones/sd3/config.h"
#include "base/run_control.h"
#include "nn/trace.h"

// B batch, C latent channels, H height and W width in latents, h and w in tokens, T = h·w tokens of
// a picture, S tokens of the prompt, D width.

namespace unipic::sd3 {

// What the network is to know of a noisy picture.
struct Conditions {
  torch::Tensor prompt_BSE;      // E: the prompt's width
  torch::Tensor pooled_BP;       // P: the whole prompt's width
  torch::Tensor reference_BCHW;  // of a picture to edit, of any size; undefined: none
  std::vector<int64_t> skipped_layers = {};
};

// The transformer of Stable Diffusion 3.5 (Esser et al. 2024), with the reference picture's tokens
// before those of the noisy one where there is one ("Kontext"; specs/unipic2.md §6). Names are
// those of diffusers.
class TransformerImpl : public torch::nn::Module {
 public:
  explicit TransformerImpl(const Config& config);

  const Config& config() const { return config_; }

  // Noisy latents [B, C, H, W], H and W multiples of the patch size, at `timesteps` [B] in 0..1000,
  // to the velocity, of the same shape. Traces "tokens", "ref_tokens", "temb", "context",
  // "blockI_hidden" and "blockI_context". Throws `Error` for a picture with more tokens a side than
  // there are positions, `Cancelled` between blocks when asked to stop.
  torch::Tensor forward(const torch::Tensor& noisy_BCHW, const torch::Tensor& timesteps_B,
                        const Conditions& conditions, const nn::Trace& trace = {},
                        const RunControl& control = {}) const;

 private:
  torch::Tensor embed_picture(const torch::Tensor& latents_BCHW) const;
  torch::Tensor embed_time(const torch::Tensor& timesteps_B, const torch::Tensor& pooled_BP) const;
  torch::Tensor to_picture(const torch::Tensor& tokens_BTD, const torch::Tensor& silu_BD,
                           torch::IntArrayRef shape_BCHW) const;

  const Config config_;
  torch::Tensor patch_weight_, patch_bias_, positions_;
  nn::Linear time_in_ = nullptr, time_out_ = nullptr, pooled_in_ = nullptr, pooled_out_ = nullptr;
  nn::Linear context_;
  std::vector<Block> blocks_;
  Modulation out_modulation_;
  nn::Linear out_;
};
TORCH_MODULE(Transformer);

}  // namespace unipic::sd3
