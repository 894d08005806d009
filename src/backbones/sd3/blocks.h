#pragma once

#include <torch/nn/module.h>

#include "backbones/sd3/config.h"
#include "nn/linear.h"
#include "nn/norm.h"

// B batch, T tokens of pictures, S tokens of the prompt, D width, H heads, K width of a head.

namespace unipic::sd3 {

inline constexpr double kNormEps = 1e-6;

// The projections of one stream: heads of queries, keys and values, the first two normed.
struct Heads {
  torch::Tensor q_BHTK, k_BHTK, v_BHTK;
};

// What both attentions share: projections of the picture's stream.
class AttentionImpl : public torch::nn::Module {
 public:
  // `with_context`: the prompt's stream attends, too; `context_goes_on`: and gets an output.
  AttentionImpl(const Config& config, bool with_context, bool context_goes_on);

  // Among the picture's tokens alone.
  torch::Tensor forward(const torch::Tensor& x_BTD) const;
  // Among those of both streams; the prompt's output is undefined where its stream ends.
  std::pair<torch::Tensor, torch::Tensor> forward(const torch::Tensor& x_BTD,
                                                  const torch::Tensor& context_BSD) const;

 private:
  struct Projections {
    nn::Linear q = nullptr, k = nullptr, v = nullptr;
    nn::RmsNorm q_norm = nullptr, k_norm = nullptr;  // null without such norms
  };
  Projections add_projections(const Config& config, const char* names[5]);
  Heads heads_of(const Projections& projections, const torch::Tensor& x_BTD) const;

  int64_t num_heads_;
  Projections picture_, context_;
  nn::Linear out_ = nullptr, context_out_ = nullptr;
};
TORCH_MODULE(Attention);

// Linear, GELU by tanh, Linear, four times as wide.
class FeedForwardImpl : public torch::nn::Module {
 public:
  explicit FeedForwardImpl(int64_t dim);
  torch::Tensor forward(const torch::Tensor& x) const;
  bool uses_own_kernels() const { return out_->uses_own_kernels(); }

 private:
  nn::Linear in_ = nullptr, out_ = nullptr;
};
TORCH_MODULE(FeedForward);

// silu(time) to so many vectors of width D that shift, scale and gate.
class ModulationImpl : public torch::nn::Module {
 public:
  ModulationImpl(int64_t dim, int64_t num_vectors);
  // `silu_BD`: SiLU of the embedded time. Each [B, 1, D].
  std::vector<torch::Tensor> forward(const torch::Tensor& silu_BD) const;

 private:
  int64_t num_vectors_;
  nn::Linear linear_;
};
TORCH_MODULE(Modulation);

struct Streams {
  torch::Tensor picture_BTD, context_BSD;
};

// A block of MMDiT-X (specs/unipic2.md §6.3).
class BlockImpl : public torch::nn::Module {
 public:
  // `is_dual`: the picture also attends to itself alone. `context_goes_on`: not in the last block.
  BlockImpl(const Config& config, bool is_dual, bool context_goes_on);
  // The context is undefined after the last block.
  Streams forward(const Streams& streams, const torch::Tensor& silu_BD) const;

 private:
  bool is_dual_, context_goes_on_;
  Modulation picture_modulation_, context_modulation_;
  Attention attention_, own_attention_ = nullptr;
  FeedForward feed_forward_, context_feed_forward_ = nullptr;
};
TORCH_MODULE(Block);

}  // namespace unipic::sd3
