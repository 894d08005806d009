#include "backbones/sana/model.h"

#include <torch/nn/modules/container/modulelist.h>

#include <string>

#include "nn/holder.h"
#include "nn/modulation.h"
#include "nn/parameter.h"
#include "ops/modulation.h"
#include "ops/norm.h"

namespace unipic::sana {
using torch::Tensor;

namespace {

// The config's `norm_eps` is that of the blocks alone.
constexpr double kCaptionNormEps = 1e-5;
constexpr double kOutNormEps = 1e-6;

}  // namespace

Caption Caption::rows(const Tensor& rows_B) const {
  Caption selected;
  for (const auto& layer : layers) {
    selected.layers.push_back(
        {layer.keys_BHSK.index_select(0, rows_B), layer.values_BHSK.index_select(0, rows_B)});
  }
  if (mask.defined()) selected.mask = mask.index_select(0, rows_B);
  return selected;
}

TransformerImpl::TransformerImpl(const Config& config)
    : config_(config),
      caption_norm_(register_module("caption_norm", nn::RmsNorm(config.dim(), kCaptionNormEps))),
      out_table_2D_(register_parameter("scale_shift_table", nn::placeholder({2, config.dim()}))),
      out_(register_module("proj_out", nn::Linear(config.dim(), config.out_channels))) {
  const int64_t dim = config.dim();
  patch_ = register_module("patch_embed", nn::Holder())
               ->register_module("proj", nn::Linear(config.in_channels, dim));
  const auto time = register_module("time_embed", nn::Holder());
  const auto embedder = time->register_module("emb", nn::Holder())
                            ->register_module("timestep_embedder", nn::Holder());
  time_in_ = embedder->register_module("linear_1", nn::Linear(nn::kTimestepFeatures, dim));
  time_out_ = embedder->register_module("linear_2", nn::Linear(dim, dim));
  time_ = time->register_module("linear", nn::Linear(dim, 6 * dim));
  const auto caption = register_module("caption_projection", nn::Holder());
  caption_in_ = caption->register_module("linear_1", nn::Linear(config.caption_channels, dim));
  caption_out_ = caption->register_module("linear_2", nn::Linear(dim, dim));
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    blocks_.emplace_back(config);
    list->push_back(blocks_.back());
  }
  register_module("transformer_blocks", list);
}

Caption TransformerImpl::read(const Tensor& caption_BSE, const Tensor& mask_BS,
                              const nn::Trace& trace) const {
  const auto projected =
      caption_out_->forward(caption_in_->forward(caption_BSE, ops::Activation::kGeluTanh));
  const auto normed_BSD = caption_norm_->forward(projected);
  if (trace) {
    trace("caption_projection", projected);
    trace("caption_norm", normed_BSD);
  }
  Caption caption;
  for (const auto& block : blocks_) caption.layers.push_back(block->read(normed_BSD));
  if (mask_BS.defined()) {
    constexpr double kHidden = -10000;
    caption.mask = ((1 - mask_BS.to(normed_BSD.scalar_type())) * kHidden).unsqueeze(1).unsqueeze(1);
  }
  return caption;
}

Tensor TransformerImpl::forward(const Tensor& noisy_BChw, const Tensor& timesteps_B,
                                const Caption& caption, const nn::Trace& trace,
                                const RunControl& control) const {
  const std::pair grid(noisy_BChw.size(2), noisy_BChw.size(3));
  auto x_BTD = patch_->forward(noisy_BChw.flatten(2).transpose(1, 2));
  const auto features =
      nn::timestep_features(timesteps_B * config_.timestep_scale).to(x_BTD.scalar_type());
  const auto time_BD = time_out_->forward(time_in_->forward(features, ops::Activation::kSilu));
  const auto time_B6D = time_->forward(torch::silu(time_BD)).unflatten(1, {6, -1});
  if (trace) {
    trace("patch_embed", x_BTD);
    trace("time_emb", time_BD);
    trace("adaln", time_B6D.flatten(1));
  }
  for (size_t layer = 0; layer < blocks_.size(); ++layer) {
    control.check_stop();
    const auto name = "block." + std::to_string(layer);
    const nn::Trace inner = trace ? nn::Trace([&](const std::string& part, const Tensor& value) {
      trace(name + "." + part, value);
    })
                                  : nn::Trace();
    x_BTD = blocks_[layer]->forward(x_BTD, grid, time_B6D, caption.layers.at(layer), caption.mask,
                                    inner);
    if (trace) trace(name, x_BTD);
  }
  const auto m = (out_table_2D_ + time_BD.unsqueeze(1)).chunk(2, 1);
  const auto normed = ops::modulate(ops::layer_norm(x_BTD, {}, {}, kOutNormEps), m[0], m[1]);
  if (trace) trace("norm_out", normed);
  return out_->forward(normed).transpose(1, 2).unflatten(2, {grid.first, grid.second});
}

}  // namespace unipic::sana
