#include "models/unipic1/mar.h"

#include <torch/nn/modules/container/modulelist.h>

#include "nn/activation_checkpoint.h"
#include "nn/parameter.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// A table of a square grid resampled bilinearly with half-pixel centres, in fp32.
Tensor resample_grid(const Tensor& table_1LE, int64_t native, Grid grid) {
  if (grid == Grid{native, native}) return table_1LE;
  const auto image = table_1LE.to(torch::kFloat).transpose(1, 2).unflatten(2, {native, native});
  return at::upsample_bilinear2d(image, {grid.height, grid.width}, /*align_corners=*/false)
      .flatten(2)
      .transpose(1, 2)
      .to(table_1LE.scalar_type());
}

// As `resample_grid`, with `num_buffers` rows in front that stay as they are.
Tensor resample_after_buffers(const Tensor& table_1SE, int64_t num_buffers, int64_t native,
                              Grid grid) {
  const auto rows = table_1SE.split_with_sizes({num_buffers, native * native}, 1);
  return torch::cat({rows[0], resample_grid(rows[1], native, grid)}, 1);
}

// The rows of a table [1, L, E] or [B, L, E] at positions [B, V]: [B, V, E].
Tensor gather_rows(const Tensor& table, const Tensor& positions_BV) {
  const auto index = positions_BV.unsqueeze(-1).expand({-1, -1, table.size(2)});
  return table.expand({positions_BV.size(0), -1, -1}).gather(1, index);
}

std::vector<nn::TransformerBlock> make_blocks(torch::nn::Module& parent, const std::string& name,
                                              int64_t depth,
                                              const nn::TransformerBlockConfig& config) {
  std::vector<nn::TransformerBlock> blocks;
  torch::nn::ModuleList list;
  for (int64_t block = 0; block < depth; ++block) {
    blocks.emplace_back(config);
    list->push_back(blocks.back());
  }
  parent.register_module(name, list);
  return blocks;
}

}  // namespace

Tensor visible_positions(const Tensor& mask_BL) {
  const auto visible = mask_BL.eq(0);
  return visible.nonzero().select(1, 1).view({mask_BL.size(0), -1});
}

MarImpl::MarImpl(const MarConfig& config)
    : config_(config),
      token_in_(register_module("z_proj", nn::Linear(config.latent_channels, config.encoder_dim))),
      token_norm_(register_module("z_proj_ln", nn::LayerNorm(config.encoder_dim, config.norm_eps))),
      buffer_token_(register_parameter("fake_latent", nn::placeholder({1, config.encoder_dim}))),
      encoder_positions_(register_parameter(
          "encoder_pos_embed_learned",
          nn::placeholder({1, config.buffer_size + config.num_positions(), config.encoder_dim}))),
      encoder_blocks_(make_blocks(*this, "encoder_blocks", config.encoder_depth,
                                  {.dim = config.encoder_dim,
                                   .num_heads = config.encoder_heads,
                                   .hidden_dim = config.encoder_hidden(),
                                   .norm_eps = config.norm_eps})),
      encoder_norm_(
          register_module("encoder_norm", nn::LayerNorm(config.encoder_dim, config.norm_eps))),
      decoder_in_(
          register_module("decoder_embed", nn::Linear(config.encoder_dim, config.decoder_dim))),
      mask_token_(register_parameter("mask_token", nn::placeholder({1, 1, config.decoder_dim}))),
      decoder_positions_(register_parameter(
          "decoder_pos_embed_learned",
          nn::placeholder({1, config.buffer_size + config.num_positions(), config.decoder_dim}))),
      diffusion_positions_(
          register_parameter("diffusion_pos_embed_learned",
                             nn::placeholder({1, config.num_positions(), config.decoder_dim}))),
      decoder_blocks_(make_blocks(*this, "decoder_blocks", config.decoder_depth,
                                  {.dim = config.decoder_dim,
                                   .num_heads = config.decoder_heads,
                                   .hidden_dim = config.decoder_hidden(),
                                   .norm_eps = config.norm_eps})),
      decoder_norm_(
          register_module("decoder_norm", nn::LayerNorm(config.decoder_dim, config.norm_eps))) {}

GridPositions MarImpl::positions(Grid grid) const {
  const int64_t native = config_.grid_size();
  const int64_t buffers = config_.buffer_size;
  return {grid, resample_after_buffers(encoder_positions_, buffers, native, grid),
          resample_after_buffers(decoder_positions_, buffers, native, grid),
          resample_grid(diffusion_positions_, native, grid)};
}

Tensor MarImpl::encode(const Tensor& tokens_BVC, const Tensor& visible_BV,
                       const GridPositions& positions, const nn::Trace& trace) const {
  const int64_t batch = tokens_BVC.size(0);
  const int64_t buffers = config_.buffer_size;
  const auto buffer_BRE =
      (buffer_token_ + positions.encoder_1SE.narrow(1, 0, buffers)).expand({batch, -1, -1});
  const auto image_BVE =
      token_in_->forward(tokens_BVC) +
      gather_rows(positions.encoder_1SE.narrow(1, buffers, positions.grid.num_tokens()),
                  visible_BV);
  const auto x_BSE = token_norm_->forward(torch::cat({buffer_BRE, image_BVE}, 1));
  if (trace) trace("enc_in", x_BSE);
  return encoder_norm_->forward(run(encoder_blocks_, x_BSE, trace, "enc_block_"));
}

Tensor MarImpl::decode(const Tensor& features_BSE, const Tensor& visible_BV,
                       const GridPositions& positions, const Tensor& source_BSE,
                       const nn::Trace& trace) const {
  auto x_BSD = canvas(features_BSE, visible_BV, positions.grid, source_BSE) + positions.decoder_1SD;
  if (trace) trace("dec_in", x_BSD);
  x_BSD = decoder_norm_->forward(run(decoder_blocks_, x_BSD, trace, "dec_block_"));
  return x_BSD.narrow(1, config_.buffer_size, positions.grid.num_tokens()) +
         positions.diffusion_1LD;
}

Tensor MarImpl::run(const std::vector<nn::TransformerBlock>& blocks, Tensor x_BSE,
                    const nn::Trace& trace, const char* name) const {
  for (size_t index = 0; index < blocks.size(); ++index) {
    const auto block = [&layer = blocks[index]](const Tensor& x) { return layer->forward(x); };
    x_BSE = checkpoints_blocks_ ? nn::activation_checkpoint(block, x_BSE) : block(x_BSE);
    if (trace) trace(name + std::to_string(index), x_BSE);
  }
  return x_BSE;
}

// All positions as the source (or the mask token) has them, with the known ones written over.
Tensor MarImpl::canvas(const Tensor& features_BSE, const Tensor& visible_BV, const Grid& grid,
                       const Tensor& source_BSE) const {
  const int64_t batch = features_BSE.size(0);
  const int64_t buffers = config_.buffer_size;
  const auto known_BSD = decoder_in_->forward(features_BSE);
  const auto blank_BSD =
      source_BSE.defined()
          ? decoder_in_->forward(source_BSE)
          : mask_token_.expand({batch, buffers + grid.num_tokens(), config_.decoder_dim});
  const auto buffer_rows = torch::arange(buffers, visible_BV.options()).expand({batch, buffers});
  const auto rows = torch::cat({buffer_rows, visible_BV + buffers}, 1);
  // With mixed precision, a result of a product need not have the type of a weight.
  return blank_BSD.scatter(1, rows.unsqueeze(-1).expand_as(known_BSD),
                           known_BSD.to(blank_BSD.scalar_type()));
}

}  // namespace unipic::unipic1
