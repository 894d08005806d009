#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/sana/blocks.h"
#include "backbones/sana/config.h"
#include "base/run_control.h"
#include "nn/norm.h"

// B batch, C latent channels, h×w latents, S tokens of the caption, E their width, D width.

namespace unipic::sana {

// What the network has read of captions: the same for all steps of a picture.
struct Caption {
  std::vector<KeysValues> layers;
  torch::Tensor mask;  // added to the scores, [B, 1, 1, S]; undefined: all tokens count

  // Of these rows alone.
  Caption rows(const torch::Tensor& rows_B) const;
};

// SANA (Xie et al. 2024; specs/tar.md §5.2): a diffusion transformer whose self-attention costs as
// much as it has tokens, and whose positions come from its convolutions alone. Names are those of
// diffusers.
class TransformerImpl : public torch::nn::Module {
 public:
  explicit TransformerImpl(const Config& config);

  const Config& config() const { return config_; }

  // Reads captions [B, S, E] of which `mask_BS`, if it is defined, has 1 where a token is. Traces
  // "caption_projection" and "caption_norm".
  Caption read(const torch::Tensor& caption_BSE, const torch::Tensor& mask_BS = {},
               const nn::Trace& trace = {}) const;

  // Noisy latents [B, C, h, w] at `timesteps` [B] in 0..1000 to the velocity, noise - data. Traces
  // "patch_embed", "time_emb", "adaln", "block.I", "block.I.attn1", "block.I.attn2", "block.I.ff"
  // and "norm_out". Throws `Cancelled` between blocks when asked to stop.
  torch::Tensor forward(const torch::Tensor& noisy_BChw, const torch::Tensor& timesteps_B,
                        const Caption& caption, const nn::Trace& trace = {},
                        const RunControl& control = {}) const;

 private:
  const Config config_;
  nn::Linear patch_ = nullptr, time_in_ = nullptr, time_out_ = nullptr, time_ = nullptr;
  nn::Linear caption_in_ = nullptr, caption_out_ = nullptr;
  nn::RmsNorm caption_norm_;
  std::vector<Block> blocks_;
  torch::Tensor out_table_2D_;
  nn::Linear out_;
};
TORCH_MODULE(Transformer);

}  // namespace unipic::sana
