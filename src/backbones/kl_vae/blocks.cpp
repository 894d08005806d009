#include "backbones/kl_vae/blocks.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/holder.h"
#include "ops/attention.h"

namespace unipic::kl_vae {
using torch::Tensor;

ResidualBlockImpl::ResidualBlockImpl(int64_t in_channels, int64_t out_channels, int64_t norm_groups)
    : norm1_(register_module("norm1", nn::GroupNorm(norm_groups, in_channels, kNormEps))),
      norm2_(register_module("norm2", nn::GroupNorm(norm_groups, out_channels, kNormEps))),
      conv1_(register_module("conv1", nn::Conv2d(in_channels, out_channels))),
      conv2_(register_module("conv2", nn::Conv2d(out_channels, out_channels))) {
  if (in_channels != out_channels) {
    shortcut_ = register_module("nin_shortcut", nn::Conv2d(in_channels, out_channels, kPointwise));
  }
}

Tensor ResidualBlockImpl::forward(const Tensor& x_BCHW) const {
  const auto h = conv1_->forward(norm1_->forward_silu(x_BCHW));
  return conv2_->forward_plus(shortcut_ ? shortcut_->forward(x_BCHW) : x_BCHW,
                              norm2_->forward_silu(h));
}

AttentionBlockImpl::AttentionBlockImpl(int64_t channels, int64_t norm_groups)
    : norm_(register_module("norm", nn::GroupNorm(norm_groups, channels, kNormEps))),
      q_(register_module("q", nn::Conv2d(channels, channels, kPointwise))),
      k_(register_module("k", nn::Conv2d(channels, channels, kPointwise))),
      v_(register_module("v", nn::Conv2d(channels, channels, kPointwise))),
      out_(register_module("proj_out", nn::Conv2d(channels, channels, kPointwise))) {}

Tensor AttentionBlockImpl::forward(const Tensor& x_BCHW) const {
  const auto normed = norm_->forward(x_BCHW);
  const auto as_head = [](const Tensor& t) { return t.flatten(2).transpose(1, 2).unsqueeze(1); };
  const auto out_B1TC = ops::attention(as_head(q_->forward(normed)), as_head(k_->forward(normed)),
                                       as_head(v_->forward(normed)));
  const auto out_BCHW = out_B1TC.squeeze(1).transpose(1, 2).reshape(x_BCHW.sizes());
  return out_->forward_plus(x_BCHW, out_BCHW.contiguous(x_BCHW.suggest_memory_format()));
}

MiddleImpl::MiddleImpl(int64_t channels, int64_t norm_groups)
    : block1_(register_module("block_1", ResidualBlock(channels, channels, norm_groups))),
      block2_(register_module("block_2", ResidualBlock(channels, channels, norm_groups))),
      attention_(register_module("attn_1", AttentionBlock(channels, norm_groups))) {}

Tensor MiddleImpl::forward(const Tensor& x_BCHW) const {
  return block2_->forward(attention_->forward(block1_->forward(x_BCHW)));
}

LevelImpl::LevelImpl(const Options& options) : resampling_(options.resampling) {
  torch::nn::ModuleList block_list, attention_list;
  for (int64_t block = 0; block < options.num_blocks; ++block) {
    const int64_t in_channels = block == 0 ? options.in_channels : options.out_channels;
    blocks_.emplace_back(in_channels, options.out_channels, options.norm_groups);
    block_list->push_back(blocks_.back());
    if (!options.attention) continue;
    attentions_.emplace_back(options.out_channels, options.norm_groups);
    attention_list->push_back(attentions_.back());
  }
  register_module("block", block_list);
  register_module("attn", attention_list);
  if (resampling_ == Resampling::kNone) return;

  const bool down = resampling_ == Resampling::kDown;
  const nn::Conv2dOptions conv_options =
      down ? nn::Conv2dOptions{.kernel = 3, .stride = 2, .padding = 0} : nn::Conv2dOptions{};
  resampling_conv_ = register_module(down ? "downsample" : "upsample", nn::Holder())
                         ->register_module("conv", nn::Conv2d(options.out_channels,
                                                              options.out_channels, conv_options));
}

Tensor LevelImpl::forward(const Tensor& x_BCHW, const nn::Trace& trace,
                          const std::string& trace_name) const {
  auto x = x_BCHW;
  for (size_t block = 0; block < blocks_.size(); ++block) {
    x = blocks_[block]->forward(x);
    if (trace && block + 1 == blocks_.size()) trace(trace_name, x);
    if (!attentions_.empty()) x = attentions_[block]->forward(x);
  }
  return resample(x);
}

Tensor LevelImpl::resample(const Tensor& x_BCHW) const {
  switch (resampling_) {
    case Resampling::kNone:
      return x_BCHW;
    case Resampling::kDown:  // padded on the right and the bottom only
      return resampling_conv_->forward(torch::constant_pad_nd(x_BCHW, {0, 1, 0, 1}));
    case Resampling::kUp:
      return resampling_conv_->forward_enlarged(x_BCHW);
  }
  TORCH_INTERNAL_ASSERT(false);
}

}  // namespace unipic::kl_vae
