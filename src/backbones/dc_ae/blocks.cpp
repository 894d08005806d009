#include "backbones/dc_ae/blocks.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/holder.h"
#include "nn/parameter.h"
#include "ops/linear_attention.h"
#include "ops/norm.h"

namespace unipic::dc_ae {
using torch::Tensor;

namespace {

constexpr double kNormEps = 1e-5;

// The same numbers with the channels as the last, or second, dimension.
Tensor channels_last(const Tensor& x_BCHW) { return x_BCHW.permute({0, 2, 3, 1}); }
Tensor channels_second(const Tensor& x_BHWC) { return x_BHWC.permute({0, 3, 1, 2}); }

nn::Linear without_bias(int64_t in, int64_t out) {
  return nn::Linear(in, out, nn::LinearOptions{.bias = false});
}

}  // namespace

ChannelNormImpl::ChannelNormImpl(int64_t channels)
    : weight_(register_parameter("weight", nn::placeholder({channels}))),
      bias_(register_parameter("bias", nn::placeholder({channels}))) {}

Tensor ChannelNormImpl::forward(const Tensor& x_BHWC) const {
  return ops::rms_norm(x_BHWC, weight_, kNormEps) + bias_;
}

ResBlockImpl::ResBlockImpl(int64_t channels)
    : conv1_(register_module("conv1", nn::Conv2d(channels, channels))),
      conv2_(register_module("conv2",
                             nn::Conv2d(channels, channels, nn::Conv2dOptions{.bias = false}))),
      norm_(register_module("norm", ChannelNorm(channels))) {}

Tensor ResBlockImpl::forward(const Tensor& x_BCHW, const nn::Trace&) const {
  const auto h = conv2_->forward(torch::silu(conv1_->forward(x_BCHW)));
  return x_BCHW + channels_second(norm_->forward(channels_last(h)));
}

MultiscaleAttentionImpl::MultiscaleAttentionImpl(int64_t channels, int64_t head_dim)
    : head_dim_(head_dim),
      q_(register_module("to_q", without_bias(channels, channels))),
      k_(register_module("to_k", without_bias(channels, channels))),
      v_(register_module("to_v", without_bias(channels, channels))),
      out_(register_module("to_out", without_bias(2 * channels, channels))),
      norm_(register_module("norm_out", ChannelNorm(channels))) {
  const int64_t all = 3 * channels;
  nn::Holder scale;
  near_ = scale->register_module(
      "proj_in",
      nn::Conv2d(all, all,
                 nn::Conv2dOptions{.kernel = 5, .padding = 2, .groups = all, .bias = false}));
  mixed_ = scale->register_module(
      "proj_out",
      nn::Conv2d(
          all, all,
          nn::Conv2dOptions{.kernel = 1, .padding = 0, .groups = all / head_dim, .bias = false}));
  torch::nn::ModuleList scales;
  scales->push_back(scale);
  register_module("to_qkv_multiscale", scales);
}

Tensor MultiscaleAttentionImpl::forward(const Tensor& x_BCHW) const {
  const auto x_BHWC = channels_last(x_BCHW);
  const auto qkv = torch::cat({q_->forward(x_BHWC), k_->forward(x_BHWC), v_->forward(x_BHWC)}, -1);
  const auto seen = channels_last(mixed_->forward(near_->forward(channels_second(qkv))));
  // Each head takes its query, key and value from channels that follow each other, whatever the
  // projections they come from are called.
  const auto heads = torch::cat({qkv, seen}, -1)
                         .flatten(1, 2)
                         .unflatten(-1, {-1, 3 * head_dim_})
                         .transpose(1, 2)
                         .chunk(3, -1);
  // The reference has another form for few positions, which is equal but for rounding.
  const auto attended = ops::relu_linear_attention(heads[0], heads[1], heads[2]);
  const auto out_BHWC = out_->forward(attended.transpose(1, 2).flatten(-2))
                            .unflatten(1, {x_BHWC.size(1), x_BHWC.size(2)});
  return x_BCHW + channels_second(norm_->forward(out_BHWC));
}

EfficientVitBlockImpl::EfficientVitBlockImpl(int64_t channels, int64_t head_dim)
    : attention_(register_module("attn", MultiscaleAttention(channels, head_dim))),
      mlp_(register_module("conv_out", nn::GluConv(channels, 4 * channels))) {
  norm_ = mlp_->register_module("norm", ChannelNorm(channels));
}

Tensor EfficientVitBlockImpl::forward(const Tensor& x_BCHW, const nn::Trace& trace) const {
  const auto h_BCHW = attention_->forward(x_BCHW);
  if (trace) trace("attn", h_BCHW);
  return h_BCHW +
         channels_second(norm_->forward(mlp_->forward(channels_last(h_BCHW).contiguous())));
}

}  // namespace unipic::dc_ae
