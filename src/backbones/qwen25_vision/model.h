#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "backbones/qwen25_vision/config.h"
#include "backbones/qwen25_vision/patches.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/rope.h"
#include "nn/trace.h"

// N patches of all pictures, M tokens of them, D width, O width of the language model.

namespace unipic::qwen25_vision {

// Where stretches of patches begin that see each other alone, and after them the end.
using Borders = std::vector<int64_t>;

// The order in which layers see patches: windows one after another.
struct WindowOrder {
  torch::Tensor tokens_M;  // the token at each place, int64
  Borders windows;         // in patches
  Borders pictures;
};
WindowOrder window_order(const std::vector<PatchGrid>& grids, const Config& config);

class BlockImpl : public torch::nn::Module {
 public:
  explicit BlockImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& x_ND, const nn::RopeTables& rope,
                        const Borders& borders) const;

 private:
  torch::Tensor attend(const torch::Tensor& x_ND, const nn::RopeTables& rope,
                       const Borders& borders) const;

  int64_t num_heads_;
  nn::RmsNorm attention_norm_, mlp_norm_;
  nn::Linear qkv_ = nullptr, proj_ = nullptr, gate_ = nullptr, up_ = nullptr, down_ = nullptr;
};
TORCH_MODULE(Block);

// Qwen2.5-VL's vision tower (Bai et al. 2025; specs/unipic2.md §9.2).
class TowerImpl : public torch::nn::Module {
 public:
  explicit TowerImpl(const Config& config);

  const Config& config() const { return config_; }

  // Tokens of all pictures, one after the other, [M, O]. Traces "rope_freqs", "patch_embed",
  // "blockI_windowed_order" and "merged_windowed_order".
  torch::Tensor forward(const torch::Tensor& values_NP, const std::vector<PatchGrid>& grids,
                        const nn::Trace& trace = {}) const;

 private:
  const Config config_;
  torch::Tensor patch_weight_;
  std::vector<Block> blocks_;
  nn::RmsNorm merger_norm_ = nullptr;
  nn::Linear merger_in_ = nullptr, merger_out_ = nullptr;
};
TORCH_MODULE(Tower);

}  // namespace unipic::qwen25_vision
