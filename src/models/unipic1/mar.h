#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "models/unipic1/config.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/trace.h"
#include "nn/transformer_block.h"

// B batch, L = h·w image tokens, V visible ones, R buffer rows, C latent channels, E and D widths
// of encoder and decoder.

namespace unipic::unipic1 {

struct Grid {
  int64_t height = 0, width = 0;
  int64_t num_tokens() const { return height * width; }
  bool operator==(const Grid&) const = default;
};

// The learned position tables for one grid.
struct GridPositions {
  Grid grid;
  torch::Tensor encoder_1SE;  // S = R + L, buffer rows first
  torch::Tensor decoder_1SD;  // S = R + L, buffer rows first
  torch::Tensor diffusion_1LD;
};

// Indices of the positions that `mask` [B, L] leaves visible (0), ascending: [B, V]. Every row must
// have the same number of them.
torch::Tensor visible_positions(const torch::Tensor& mask_BL);

// Encoder and decoder of the masked autoregressive model (Li et al. 2024; specs/unipic1.md §2.4).
// The diffusion head beside them is `DiffusionHead`.
class MarImpl : public torch::nn::Module {
 public:
  explicit MarImpl(const MarConfig& config);

  // The position tables for `grid`, bilinearly resampled where it is not the native one.
  GridPositions positions(Grid grid) const;

  // Whether training computes blocks again instead of keeping what they remember.
  void set_activation_checkpointing(bool on) { checkpoints_blocks_ = on; }

  // The visible tokens [B, V, C] and their positions [B, V] to features [B, R + V, E], buffers
  // first. Traces "enc_in" and "enc_block_i".
  torch::Tensor encode(const torch::Tensor& tokens_BVC, const torch::Tensor& visible_BV,
                       const GridPositions& positions, const nn::Trace& trace = {}) const;

  // Features [B, R + V, E] to a condition vector for every position, [B, L, D]. `source`, undefined
  // or [B, R + L, E], are the features of a picture to edit. Traces "dec_in" and "dec_block_i".
  torch::Tensor decode(const torch::Tensor& features_BSE, const torch::Tensor& visible_BV,
                       const GridPositions& positions, const torch::Tensor& source_BSE = {},
                       const nn::Trace& trace = {}) const;

 private:
  torch::Tensor run(const std::vector<nn::TransformerBlock>& blocks, torch::Tensor x_BSE,
                    const nn::Trace& trace, const char* name) const;
  torch::Tensor canvas(const torch::Tensor& features_BSE, const torch::Tensor& visible_BV,
                       const Grid& grid, const torch::Tensor& source_BSE) const;

  const MarConfig config_;
  bool checkpoints_blocks_ = false;
  nn::Linear token_in_;
  nn::LayerNorm token_norm_;
  torch::Tensor buffer_token_, encoder_positions_;
  std::vector<nn::TransformerBlock> encoder_blocks_;
  nn::LayerNorm encoder_norm_;
  nn::Linear decoder_in_;
  torch::Tensor mask_token_, decoder_positions_, diffusion_positions_;
  std::vector<nn::TransformerBlock> decoder_blocks_;
  nn::LayerNorm decoder_norm_;
};
TORCH_MODULE(Mar);

}  // namespace unipic::unipic1
