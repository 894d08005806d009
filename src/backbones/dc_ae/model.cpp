#include "backbones/dc_ae/model.h"

#include <torch/nn/modules/container/modulelist.h>

#include <string>

#include "base/check.h"

namespace unipic::dc_ae {
using torch::Tensor;

namespace {

// Adds a stage's blocks to `list`.
void add_blocks(Stage& stage, torch::nn::ModuleList& list, const HalfConfig& half, size_t number,
                int64_t head_dim) {
  const int64_t channels = half.channels[number];
  for (int64_t block = 0; block < half.num_blocks[number]; ++block) {
    if (half.attends[number]) {
      stage.blocks.push_back(std::make_shared<EfficientVitBlockImpl>(channels, head_dim));
    } else {
      stage.blocks.push_back(std::make_shared<ResBlockImpl>(channels));
    }
    list->push_back(std::static_pointer_cast<torch::nn::Module>(stage.blocks.back()));
  }
}

// The convolution between resolutions, in a module of its own as the library has it.
nn::Conv2d add_resize(torch::nn::ModuleList& list, int64_t in, int64_t out, int64_t stride) {
  struct ResizeImpl : torch::nn::Module {};
  auto resize = std::make_shared<ResizeImpl>();
  auto conv =
      resize->register_module("conv", nn::Conv2d(in, out, nn::Conv2dOptions{.stride = stride}));
  list->push_back(std::static_pointer_cast<torch::nn::Module>(resize));
  return conv;
}

// The mean of `size` channels that follow each other.
Tensor channel_means(const Tensor& x_BCHW, int64_t num_channels) {
  return x_BCHW.unflatten(1, {num_channels, -1}).mean(2);
}

nn::Trace of_stage(const nn::Trace& trace, const std::string& name) {
  if (!trace) return {};
  return nn::Trace([&trace, name](const std::string& part, const Tensor& value) {
    trace(name + "." + part, value);
  });
}

}  // namespace

Tensor Stage::run_blocks(const Tensor& x_BCHW, const nn::Trace& trace) const {
  auto x = x_BCHW;
  for (size_t block = 0; block < blocks.size(); ++block)
    x = blocks[block]->forward(x, of_stage(trace, std::to_string(block)));
  return x;
}

EncoderImpl::EncoderImpl(const Config& config)
    : in_(register_module("conv_in", nn::Conv2d(3, config.encoder.channels.front()))),
      latent_channels_(config.latent_channels) {
  const auto& half = config.encoder;
  torch::nn::ModuleList stages;
  for (size_t number = 0; number < half.num_stages(); ++number) {
    torch::nn::ModuleList list;
    auto& stage = stages_.emplace_back();
    add_blocks(stage, list, half, number, config.head_dim);
    if (number + 1 < half.num_stages())
      stage.resize = add_resize(list, half.channels[number], half.channels[number + 1], 2);
    stages->push_back(list);
  }
  register_module("down_blocks", stages);
  out_ = register_module("conv_out", nn::Conv2d(half.channels.back(), config.latent_channels));
}

Tensor EncoderImpl::forward(const Tensor& pixels_B3HW, const nn::Trace& trace) const {
  auto x = in_->forward(pixels_B3HW.contiguous(at::MemoryFormat::ChannelsLast));
  if (trace) trace("conv_in", x);
  for (size_t number = 0; number < stages_.size(); ++number) {
    const auto& stage = stages_[number];
    const auto name = "down_block." + std::to_string(number);
    x = stage.run_blocks(x, of_stage(trace, name));
    if (!stage.resize.is_empty()) {
      const auto smaller = stage.resize->forward(x);
      x = smaller + channel_means(torch::pixel_unshuffle(x, 2), smaller.size(1));
    }
    if (trace) trace(name, x);
  }
  return out_->forward(x) + channel_means(x, latent_channels_);
}

DecoderImpl::DecoderImpl(const Config& config)
    : norm_(register_module("norm_out", ChannelNorm(config.decoder.channels.front()))),
      channels_a_latent_(config.decoder.channels.back() / config.latent_channels) {
  const auto& half = config.decoder;
  in_ = register_module("conv_in", nn::Conv2d(config.latent_channels, half.channels.back()));
  torch::nn::ModuleList stages;
  for (size_t number = 0; number < half.num_stages(); ++number) {
    torch::nn::ModuleList list;
    auto& stage = stages_.emplace_back();
    if (number + 1 < half.num_stages())
      stage.resize = add_resize(list, half.channels[number + 1], half.channels[number], 1);
    add_blocks(stage, list, half, number, config.head_dim);
    stages->push_back(list);
  }
  register_module("up_blocks", stages);
  out_ = register_module("conv_out", nn::Conv2d(half.channels.front(), 3));
}

Tensor DecoderImpl::forward(const Tensor& latents_BChw, const nn::Trace& trace) const {
  const auto z = latents_BChw.contiguous(at::MemoryFormat::ChannelsLast);
  auto x = in_->forward(z);
  if (trace) trace("conv_in", x);
  x = x + z.repeat_interleave(channels_a_latent_, 1);
  for (size_t number = stages_.size(); number-- > 0;) {
    const auto& stage = stages_[number];
    const auto name = "up_block." + std::to_string(number);
    if (!stage.resize.is_empty()) {
      const auto larger = stage.resize->forward_enlarged(x);
      const int64_t copies = 4 * larger.size(1) / x.size(1);
      x = larger + torch::pixel_shuffle(x.repeat_interleave(copies, 1), 2);
    }
    x = stage.run_blocks(x, of_stage(trace, name));
    if (trace) trace(name, x);
  }
  const auto normed = norm_->forward(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
  return out_->forward(torch::relu(normed));
}

AutoencoderImpl::AutoencoderImpl(const Config& config)
    : config_(config),
      encoder_(register_module("encoder", Encoder(config))),
      decoder_(register_module("decoder", Decoder(config))) {}

Tensor AutoencoderImpl::encode(const Tensor& pixels_B3HW, const nn::Trace& trace) const {
  const int64_t stride = config_.stride();
  check(pixels_B3HW.size(2) % stride == 0 && pixels_B3HW.size(3) % stride == 0,
        "a picture of {}x{} pixels: both sides must be multiples of {}", pixels_B3HW.size(3),
        pixels_B3HW.size(2), stride);
  return encoder_->forward(pixels_B3HW, trace);
}

}  // namespace unipic::dc_ae
