#pragma once

#include <torch/nn/module.h>

#include "nn/conv.h"
#include "nn/glu_conv.h"
#include "nn/linear.h"
#include "nn/trace.h"

// B batch, C channels, H height, W width; maps are kept with their channels last.

namespace unipic::dc_ae {

// RMS norm over the channels with weight and bias.
class ChannelNormImpl : public torch::nn::Module {
 public:
  explicit ChannelNormImpl(int64_t channels);
  torch::Tensor forward(const torch::Tensor& x_BHWC) const;

 private:
  torch::Tensor weight_, bias_;
};
TORCH_MODULE(ChannelNorm);

// What a stage consists of: maps to maps of the same shape.
class BlockImpl : public torch::nn::Module {
 public:
  // Traces "attn" if it attends.
  virtual torch::Tensor forward(const torch::Tensor& x_BCHW, const nn::Trace& trace) const = 0;
};

// x + norm(conv2(silu(conv1(x)))).
class ResBlockImpl : public BlockImpl {
 public:
  explicit ResBlockImpl(int64_t channels);
  torch::Tensor forward(const torch::Tensor& x_BCHW, const nn::Trace& trace) const override;

 private:
  nn::Conv2d conv1_, conv2_;
  ChannelNorm norm_;
};
TORCH_MODULE(ResBlock);

// Linear attention with a second set of queries, keys and values that saw 5x5 positions (Cai et al.
// 2023): x + norm(out(attention)).
class MultiscaleAttentionImpl : public torch::nn::Module {
 public:
  MultiscaleAttentionImpl(int64_t channels, int64_t head_dim);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  int64_t head_dim_;
  nn::Linear q_, k_, v_, out_;
  nn::Conv2d near_ = nullptr, mixed_ = nullptr;
  ChannelNorm norm_;
};
TORCH_MODULE(MultiscaleAttention);

// Attention, then a gated convolution, each added to what it saw.
class EfficientVitBlockImpl : public BlockImpl {
 public:
  EfficientVitBlockImpl(int64_t channels, int64_t head_dim);
  torch::Tensor forward(const torch::Tensor& x_BCHW, const nn::Trace& trace) const override;

 private:
  MultiscaleAttention attention_;
  nn::GluConv mlp_;
  ChannelNorm norm_ = nullptr;
};
TORCH_MODULE(EfficientVitBlock);

}  // namespace unipic::dc_ae
