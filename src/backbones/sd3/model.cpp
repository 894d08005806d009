#include "backbones/sd3/model.h"

#include <torch/nn/modules/container/modulelist.h>

#include <algorithm>

#include "base/check.h"
#include "nn/holder.h"
#include "nn/modulation.h"
#include "nn/parameter.h"
#include "ops/modulation.h"

namespace unipic::sd3 {
using torch::Tensor;

TransformerImpl::TransformerImpl(const Config& config)
    : config_(config),
      context_(register_module("context_embedder", nn::Linear(config.context_dim, config.dim()))),
      out_modulation_(register_module("norm_out", Modulation(config.dim(), 2))),
      out_(register_module("proj_out", nn::Linear(config.dim(), config.token_dim()))) {
  const int64_t dim = config.dim();
  const auto embedding = register_module("pos_embed", nn::Holder());
  const auto patch = embedding->register_module("proj", nn::Holder());
  patch_weight_ = patch->register_parameter(
      "weight",
      nn::placeholder({dim, config.latent_channels, config.patch_size, config.patch_size}));
  patch_bias_ = patch->register_parameter("bias", nn::placeholder({dim}));
  positions_ = embedding->register_buffer(
      "pos_embed", nn::placeholder({1, config.max_grid_size * config.max_grid_size, dim}));

  const auto time = register_module("time_text_embed", nn::Holder());
  const auto add_mlp = [&](const char* name, int64_t in_features) {
    const auto mlp = time->register_module(name, nn::Holder());
    return std::pair{mlp->register_module("linear_1", nn::Linear(in_features, dim)),
                     mlp->register_module("linear_2", nn::Linear(dim, dim))};
  };
  std::tie(time_in_, time_out_) = add_mlp("timestep_embedder", nn::kTimestepFeatures);
  std::tie(pooled_in_, pooled_out_) = add_mlp("text_embedder", config.pooled_dim);

  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    blocks_.emplace_back(config, /*is_dual=*/layer < config.num_dual_layers,
                         /*context_goes_on=*/layer + 1 < config.num_layers);
    list->push_back(blocks_.back());
  }
  register_module("transformer_blocks", list);
}

Tensor TransformerImpl::forward(const Tensor& noisy_BCHW, const Tensor& timesteps_B,
                                const Conditions& conditions, const nn::Trace& trace,
                                const RunControl& control) const {
  auto picture = embed_picture(noisy_BCHW);
  const int64_t num_tokens = picture.size(1);
  if (trace) trace("tokens", picture);
  if (conditions.reference_BCHW.defined()) {
    const auto reference = embed_picture(conditions.reference_BCHW);
    if (trace) trace("ref_tokens", reference);
    picture = torch::cat({reference, picture}, 1);
  }
  const auto time_BD = embed_time(timesteps_B, conditions.pooled_BP);
  const auto silu_BD = torch::silu(time_BD);
  Streams streams = {picture, context_->forward(conditions.prompt_BSE)};
  if (trace) trace("temb", time_BD);
  if (trace) trace("context", streams.context_BSD);

  for (size_t layer = 0; layer < blocks_.size(); ++layer) {
    const auto& skipped = conditions.skipped_layers;
    if (std::ranges::find(skipped, static_cast<int64_t>(layer)) != skipped.end()) continue;
    control.check_stop();
    streams = blocks_[layer]->forward(streams, silu_BD);
    if (trace) trace("block" + std::to_string(layer) + "_hidden", streams.picture_BTD);
    if (trace && streams.context_BSD.defined())
      trace("block" + std::to_string(layer) + "_context", streams.context_BSD);
  }
  const int64_t first = streams.picture_BTD.size(1) - num_tokens;
  return to_picture(streams.picture_BTD.narrow(1, first, num_tokens), silu_BD, noisy_BCHW.sizes());
}

Tensor TransformerImpl::embed_picture(const Tensor& latents_BCHW) const {
  const int64_t patch = config_.patch_size, most = config_.max_grid_size;
  const int64_t height = latents_BCHW.size(2), width = latents_BCHW.size(3);
  check(height % patch == 0 && width % patch == 0,
        "SD3: latents of {}x{} do not divide into patches of {}", width, height, patch);
  const int64_t rows = height / patch, columns = width / patch;
  check(rows <= most && columns <= most, "SD3: a picture of {}x{} tokens, at most {} a side",
        columns, rows, most);
  const auto tokens_BDhw = torch::conv2d(latents_BCHW, patch_weight_, patch_bias_, patch);
  const auto positions_hwD = positions_.view({most, most, config_.dim()})
                                 .narrow(0, (most - rows) / 2, rows)
                                 .narrow(1, (most - columns) / 2, columns);
  return tokens_BDhw.flatten(2).transpose(1, 2) +
         positions_hwD.flatten(0, 1).to(tokens_BDhw.scalar_type());
}

Tensor TransformerImpl::embed_time(const Tensor& timesteps_B, const Tensor& pooled_BP) const {
  const auto features = nn::timestep_features(timesteps_B).to(pooled_BP.scalar_type());
  return time_out_->forward(time_in_->forward(features, ops::Activation::kSilu)) +
         pooled_out_->forward(pooled_in_->forward(pooled_BP, ops::Activation::kSilu));
}

Tensor TransformerImpl::to_picture(const Tensor& tokens_BTD, const Tensor& silu_BD,
                                   torch::IntArrayRef shape_BCHW) const {
  const auto modulation = out_modulation_->forward(silu_BD);  // scale, then shift
  const auto modulated = ops::modulated_norm(tokens_BTD, modulation[1], modulation[0], kNormEps,
                                             out_->uses_own_kernels());
  const int64_t patch = config_.patch_size;
  const int64_t rows = shape_BCHW[2] / patch, columns = shape_BCHW[3] / patch;
  const auto patches_BhwpqC =
      out_->forward(modulated).view({shape_BCHW[0], rows, columns, patch, patch, -1});
  return patches_BhwpqC.permute({0, 5, 1, 3, 2, 4}).reshape(shape_BCHW);
}

}  // namespace unipic::sd3
