#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "nn/conv.h"
#include "nn/trace.h"

// B batch, C channels, H height, W width.

namespace unipic::kl_vae {

inline constexpr double kNormEps = 1e-6;
inline const nn::Conv2dOptions kPointwise = {.kernel = 1, .stride = 1, .padding = 0};

// conv2(swish(norm2(conv1(swish(norm1(x)))))) + shortcut(x).
class ResidualBlockImpl : public torch::nn::Module {
 public:
  ResidualBlockImpl(int64_t in_channels, int64_t out_channels, int64_t norm_groups);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  nn::GroupNorm norm1_, norm2_;
  nn::Conv2d conv1_, conv2_;
  nn::Conv2d shortcut_ = nullptr;  // null where the widths agree
};
TORCH_MODULE(ResidualBlock);

// Attention among all positions with one head as wide as the channels.
class AttentionBlockImpl : public torch::nn::Module {
 public:
  AttentionBlockImpl(int64_t channels, int64_t norm_groups);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  nn::GroupNorm norm_;
  nn::Conv2d q_, k_, v_, out_;
};
TORCH_MODULE(AttentionBlock);

// Residual, attention, residual: the middle of encoder and decoder.
class MiddleImpl : public torch::nn::Module {
 public:
  MiddleImpl(int64_t channels, int64_t norm_groups);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  ResidualBlock block1_, block2_;
  AttentionBlock attention_;
};
TORCH_MODULE(Middle);

// One resolution of the encoder or the decoder: residual blocks, each followed by attention where
// the config asks for it, then a change of resolution (none at the last level).
class LevelImpl : public torch::nn::Module {
 public:
  enum class Resampling { kNone, kDown, kUp };
  struct Options {
    int64_t in_channels = 0;
    int64_t out_channels = 0;
    int64_t num_blocks = 0;
    int64_t norm_groups = 32;
    bool attention = false;
    Resampling resampling = Resampling::kNone;
  };

  explicit LevelImpl(const Options& options);
  // Traces under `trace_name` what the last residual block gives.
  torch::Tensor forward(const torch::Tensor& x_BCHW, const nn::Trace& trace = {},
                        const std::string& trace_name = {}) const;

 private:
  torch::Tensor resample(const torch::Tensor& x_BCHW) const;

  Resampling resampling_;
  std::vector<ResidualBlock> blocks_;
  std::vector<AttentionBlock> attentions_;
  nn::Conv2d resampling_conv_ = nullptr;
};
TORCH_MODULE(Level);

}  // namespace unipic::kl_vae
