#pragma once

#include <torch/nn/module.h>

#include <utility>

#include "backbones/sana/config.h"
#include "nn/glu_conv.h"
#include "nn/linear.h"
#include "nn/trace.h"

// B batch, h×w positions, T = h·w tokens, S tokens of the caption, D width, H heads, K head width.

namespace unipic::sana {

// What one block's attention to the caption has of it.
struct KeysValues {
  torch::Tensor keys_BHSK, values_BHSK;
};

// Attention among the tokens of the picture, whose cost grows with their number alone.
class LinearAttentionImpl : public torch::nn::Module {
 public:
  explicit LinearAttentionImpl(const Config& config);
  torch::Tensor forward(const torch::Tensor& x_BTD) const;
  bool uses_own_kernels() const { return out_->uses_own_kernels(); }

 private:
  int64_t head_dim_;
  nn::Linear q_, k_, v_, out_ = nullptr;
};
TORCH_MODULE(LinearAttention);

class CrossAttentionImpl : public torch::nn::Module {
 public:
  explicit CrossAttentionImpl(const Config& config);
  KeysValues read(const torch::Tensor& caption_BSD) const;
  // `mask` as in `ops::attention`.
  torch::Tensor forward(const torch::Tensor& x_BTD, const KeysValues& caption,
                        const torch::Tensor& mask) const;

 private:
  torch::Tensor heads(const torch::Tensor& x) const;

  int64_t head_dim_;
  nn::Linear q_, k_, v_, out_ = nullptr;
};
TORCH_MODULE(CrossAttention);

// h += gate1 · attn1(modulated norm of h); h += attn2(h, caption); h += gate2 · ff(modulated norm).
class BlockImpl : public torch::nn::Module {
 public:
  explicit BlockImpl(const Config& config);

  KeysValues read(const torch::Tensor& caption_BSD) const { return cross_->read(caption_BSD); }
  // `time_B6D`: shift, scale and gate of both norms. `grid`: h and w. Traces "attn1", "attn2" and
  // "ff", all [B, T, D].
  torch::Tensor forward(const torch::Tensor& x_BTD, std::pair<int64_t, int64_t> grid,
                        const torch::Tensor& time_B6D, const KeysValues& caption,
                        const torch::Tensor& mask, const nn::Trace& trace) const;

 private:
  double norm_eps_;
  torch::Tensor table_6D_;
  LinearAttention attention_;
  CrossAttention cross_;
  nn::GluConv mlp_;
};
TORCH_MODULE(Block);

}  // namespace unipic::sana
