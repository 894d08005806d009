#include "backbones/kl_vae/model.h"

#include <torch/nn/modules/container/modulelist.h>
#include <algorithm>

namespace unipic::kl_vae {
using torch::Tensor;

namespace {

bool holds(const std::vector<int64_t>& levels, int64_t level) {
  return std::ranges::count(levels, level) > 0;
}

int64_t top_channels(const Config& config) { return config.channels(config.num_levels() - 1); }

// Channels-last memory is what the convolution kernels of CPUs and GPUs are fastest on.
Tensor channels_last(const Tensor& x_BCHW) {
  return x_BCHW.contiguous(torch::MemoryFormat::ChannelsLast);
}

}  // namespace

EncoderImpl::EncoderImpl(const Config& config, int64_t out_channels)
    : conv_in_(register_module("conv_in",
                               nn::Conv2d(3, config.base_channels * config.first_multiplier))),
      conv_out_(register_module("conv_out", nn::Conv2d(top_channels(config), out_channels))),
      middle_(register_module("mid", Middle(top_channels(config), config.norm_groups))),
      norm_out_(register_module(
          "norm_out", nn::GroupNorm(config.norm_groups, top_channels(config), kNormEps))) {
  torch::nn::ModuleList list;
  const int64_t last = config.num_levels() - 1;
  for (int64_t level = 0; level <= last; ++level) {
    levels_.emplace_back(LevelImpl::Options{
        .in_channels = level == 0 ? config.base_channels * config.first_multiplier
                                  : config.channels(level - 1),
        .out_channels = config.channels(level),
        .num_blocks = config.num_res_blocks,
        .norm_groups = config.norm_groups,
        .attention = holds(config.encoder_attention_levels, level),
        .resampling = level == last ? LevelImpl::Resampling::kNone : LevelImpl::Resampling::kDown});
    list->push_back(levels_.back());
  }
  register_module("down", list);
}

Tensor EncoderImpl::forward(const Tensor& pixels_B3HW, const nn::Trace& trace) const {
  auto x = conv_in_->forward(channels_last(pixels_B3HW));
  for (const auto& level : levels_) x = level->forward(x);
  if (trace) trace("before_mid", x);
  return conv_out_->forward(norm_out_->forward_silu(middle_->forward(x)));
}

DecoderImpl::DecoderImpl(const Config& config)
    : conv_in_(
          register_module("conv_in", nn::Conv2d(config.latent_channels, top_channels(config)))),
      conv_out_(register_module("conv_out", nn::Conv2d(config.channels(0), 3))),
      middle_(register_module("mid", Middle(top_channels(config), config.norm_groups))),
      norm_out_(register_module("norm_out",
                                nn::GroupNorm(config.norm_groups, config.channels(0), kNormEps))) {
  torch::nn::ModuleList list;
  const int64_t last = config.num_levels() - 1;
  for (int64_t level = 0; level <= last; ++level) {
    levels_.emplace_back(LevelImpl::Options{
        .in_channels = level == last ? config.channels(last) : config.channels(level + 1),
        .out_channels = config.channels(level),
        .num_blocks = config.num_res_blocks + 1,
        .norm_groups = config.norm_groups,
        .attention = holds(config.decoder_attention_levels, level),
        .resampling = level == 0 ? LevelImpl::Resampling::kNone : LevelImpl::Resampling::kUp});
    list->push_back(levels_.back());
  }
  register_module("up", list);
}

Tensor DecoderImpl::forward(const Tensor& latents_BZhw, const nn::Trace& trace) const {
  auto x = conv_in_->forward(channels_last(latents_BZhw));
  if (trace) trace("conv_in", x);
  x = middle_->forward(x);
  if (trace) trace("after_mid", x);
  for (size_t level = levels_.size(); level-- > 0;)
    x = levels_[level]->forward(x, trace, trace ? "level_" + std::to_string(level) : "");
  return conv_out_->forward(norm_out_->forward_silu(x));
}

AutoencoderImpl::AutoencoderImpl(const Config& config)
    : config_(config),
      encoder_(register_module("encoder", Encoder(config, 2 * config.latent_channels))),
      decoder_(register_module("decoder", Decoder(config))) {
  if (!config.has_quant_convs) return;
  const int64_t channels = config.latent_channels;
  quant_conv_ = register_module("quant_conv", nn::Conv2d(2 * channels, 2 * channels, kPointwise));
  post_quant_conv_ = register_module("post_quant_conv", nn::Conv2d(channels, channels, kPointwise));
}

Tensor AutoencoderImpl::halves(const Tensor& pixels_B3HW, const nn::Trace& trace) const {
  const auto encoded = encoder_->forward(pixels_B3HW, trace);
  return quant_conv_ ? quant_conv_->forward(encoded) : encoded;
}

Tensor AutoencoderImpl::encode(const Tensor& pixels_B3HW, const nn::Trace& trace) const {
  const auto moments = halves(pixels_B3HW, trace);
  if (trace) trace("moments", moments);
  return moments.chunk(2, 1)[0];
}

Moments AutoencoderImpl::encode_moments(const Tensor& pixels_B3HW) const {
  const auto parts = halves(pixels_B3HW, {}).chunk(2, 1);
  return {parts[0], parts[1].clamp(-30.0, 20.0)};
}

Tensor AutoencoderImpl::decode(const Tensor& latents_BZhw, const nn::Trace& trace) const {
  return decoder_->forward(
      post_quant_conv_ ? post_quant_conv_->forward(latents_BZhw) : latents_BZhw, trace);
}

}  // namespace unipic::kl_vae
