#include "backbones/scene_detector/model.h"

#include <torch/nn/modules/container/modulelist.h>
#include <cmath>

#include "backbones/kl_vae/initialize.h"
#include "convert/random_weights.h"

namespace unipic::scene_detector {
using torch::Tensor;

namespace {

constexpr double kNormEps = 1e-6;
constexpr double kUsualSide = 0.12;  // from a middle to a side, in parts of the picture
constexpr double kNothingAtFirst = 0.95;

Config validated(const Config& config) {
  config.validate("scene detector");
  return config;
}

int64_t num_outputs(const Config& config) {
  return config.num_classes() + 1 + 4 + config.num_colours();
}

}  // namespace

Output Output::to(torch::Device device) const {
  return {class_logits_BNGG.to(device), sides_B4GG.to(device), colour_logits_BKGG.to(device)};
}

StageImpl::StageImpl(int64_t in_channels, int64_t out_channels, int64_t num_blocks,
                     int64_t norm_groups)
    : norm_(register_module("norm", nn::GroupNorm(norm_groups, in_channels, kNormEps))),
      down_(register_module(
          "down", nn::Conv2d(in_channels, out_channels, nn::Conv2dOptions{.stride = 2}))) {
  torch::nn::ModuleList list;
  for (int64_t block = 0; block < num_blocks; ++block) {
    blocks_.emplace_back(out_channels, out_channels, norm_groups);
    list->push_back(blocks_.back());
  }
  register_module("blocks", list);
}

Tensor StageImpl::forward(const Tensor& x_BCHW) const {
  auto x = down_->forward(torch::silu(norm_->forward(x_BCHW)));
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

SceneDetectorImpl::SceneDetectorImpl(const Config& config)
    : config_(validated(config)),
      stem_(
          register_module("stem", nn::Conv2d(3, config.widths[0], nn::Conv2dOptions{.stride = 2}))),
      stage4_(register_module("stage4", Stage(config.widths[0], config.widths[1], config.blocks[0],
                                              config.norm_groups))),
      stage8_(register_module("stage8", Stage(config.widths[1], config.widths[2], config.blocks[1],
                                              config.norm_groups))),
      stage16_(register_module("stage16", Stage(config.widths[2], config.widths[3],
                                                config.blocks[2], config.norm_groups))),
      top_down_(register_module(
          "top_down", nn::Conv2d(config.widths[3], config.widths[2], kl_vae::kPointwise))),
      merge_(register_module(
          "merge", kl_vae::ResidualBlock(config.widths[2], config.widths[2], config.norm_groups))),
      norm_out_(register_module("norm_out",
                                nn::GroupNorm(config.norm_groups, config.widths[2], kNormEps))),
      head_(register_module(
          "head", nn::Conv2d(config.widths[2], num_outputs(config), kl_vae::kPointwise))) {}

Output SceneDetectorImpl::forward(const Tensor& pixels_B3PP) const {
  const auto near_BCGG = features(pixels_B3PP).back();
  const auto far = top_down_->forward(stage16_->forward(near_BCGG));
  const auto all_BCGG =
      merge_->forward(near_BCGG + at::upsample_nearest2d(far, {config_.grid(), config_.grid()}));
  const auto out = head_->forward(torch::silu(norm_out_->forward(all_BCGG))).to(torch::kFloat);
  const auto parts = out.split_with_sizes({config_.num_classes() + 1, 4, config_.num_colours()}, 1);
  return {.class_logits_BNGG = parts[0],
          .sides_B4GG = kUsualSide * parts[1].clamp(-4.0, 3.0).exp(),
          .colour_logits_BKGG = parts[2]};
}

std::vector<Tensor> SceneDetectorImpl::features(const Tensor& pixels_B3HW) const {
  const auto x = stem_->forward(pixels_B3HW.contiguous(torch::MemoryFormat::ChannelsLast));
  const auto at_stride4 = stage4_->forward(x);
  return {at_stride4, stage8_->forward(at_stride4)};
}

void initialize(SceneDetector& model, uint64_t seed) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : model->named_parameters()) {
    auto& tensor = parameter.value();
    const auto shape = tensor.sizes();
    auto distribution = convert::likely_distribution(parameter.key(), shape);
    if (shape.size() == 1 || kl_vae::ends_a_residual(parameter.key())) distribution.deviation = 0.0;
    if (parameter.key() == "head.weight") distribution.deviation *= 0.1;
    tensor.set_data(
        convert::random_weight(parameter.key(), shape, torch::kFloat, seed, distribution));
    tensor.set_requires_grad(true);
  }
  const auto num_classes = static_cast<double>(model->config().num_classes());
  model->named_parameters()["head.bias"][model->config().num_classes()] =
      std::log(num_classes * kNothingAtFirst / (1.0 - kNothingAtFirst));
}

}  // namespace unipic::scene_detector
