#include "models/tar/ta_tok.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "nn/holder.h"
#include "nn/sampling.h"
#include "ops/unit_vectors.h"

namespace unipic::tar {
using torch::Tensor;

namespace {

// [B, n·n, D] to [B, D, n, n].
Tensor as_grid(const Tensor& x_BND, int64_t side) {
  return x_BND.transpose(1, 2).unflatten(2, {side, side});
}

Tensor as_rows(const Tensor& x_BDHW) { return x_BDHW.flatten(2).transpose(1, 2); }

}  // namespace

CodebookImpl::CodebookImpl(const TaTokConfig& config)
    : config_(config),
      table_(register_module("embedding", nn::Embedding(config.num_codes, config.code_dim))),
      projection_(register_module("embedding_proj", nn::Linear(config.code_dim, config.code_dim))) {
}

Tensor CodebookImpl::vectors(const Tensor& codes) const {
  return ops::unit_vectors(projection_->forward(table_->forward(codes))).to(projection_->dtype());
}

Tensor CodebookImpl::all_vectors() const {
  constexpr int64_t kRowsAtOnce = 8192;
  if (kept_VE_.defined()) return kept_VE_;
  const torch::NoGradGuard no_grad;
  const auto& table_VE = table_->weight();
  const auto all_VE = torch::empty(table_VE.sizes(), table_VE.options().dtype(torch::kFloat));
  for (int64_t first = 0; first < config_.num_codes; first += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, config_.num_codes - first);
    all_VE.narrow(0, first, count)
        .copy_(ops::unit_vectors(projection_->forward(table_VE.narrow(0, first, count))));
  }
  if (keeps_vectors_) kept_VE_ = all_VE;
  return all_VE;
}

Tensor CodebookImpl::codes(const Tensor& unit_BNE, const Tensor& shares,
                           const nn::Trace& trace) const {
  // The similarities of all tokens with all codes would take hundreds of megabytes.
  constexpr int64_t kTokensAtOnce = 128;
  const torch::NoGradGuard no_grad;
  const auto all_EV = all_vectors().t();
  const auto tokens_ME = unit_BNE.detach().to(torch::kFloat).flatten(0, 1);
  if (trace)
    trace("similarity", tokens_ME.matmul(all_EV).unflatten(0, unit_BNE.sizes().slice(0, 2)));
  auto codes_M = torch::empty({tokens_ME.size(0)}, torch::kLong);
  const nn::Sampling sampling = {.temperature = config_.temperature};
  for (int64_t first = 0; first < codes_M.size(0); first += kTokensAtOnce) {
    const int64_t count = std::min(kTokensAtOnce, codes_M.size(0) - first);
    const auto similarity_MV = tokens_ME.narrow(0, first, count).matmul(all_EV);
    if (!shares.defined()) {
      codes_M.narrow(0, first, count).copy_(similarity_MV.argmax(-1));
      continue;
    }
    for (int64_t token = 0; token < count; ++token) {
      const double share = shares[first + token].item<double>();
      codes_M[first + token] = nn::choose_token(similarity_MV[token], sampling, share);
    }
  }
  return codes_M.unflatten(0, unit_BNE.sizes().slice(0, 2)).to(unit_BNE.device());
}

FeatureDecoderImpl::FeatureDecoderImpl(const TaTokConfig& config) : config_(config) {
  const int64_t dim = config.encoder.hidden_size;
  const auto embeddings = register_module("embeddings", nn::Holder());
  patch_ = embeddings->register_module("patch_embedding", nn::Linear(config.code_dim, dim));
  position_ = embeddings->register_module(
      "position_embedding", nn::Embedding(config.decoder_grid * config.decoder_grid, dim));
  layers_ = nn::add_encoder_layers(*register_module("encoder", nn::Holder()), config.decoder_layers,
                                   {.dim = dim,
                                    .num_heads = TaTokConfig::kDecoderHeads,
                                    .hidden_dim = config.decoder_hidden_dim});
  norm_ = register_module("post_layernorm", nn::LayerNorm(dim, nn::EncoderLayerConfig().norm_eps));
}

Tensor FeatureDecoderImpl::positions(int64_t side) const {
  const auto& weight = position_->weight();
  const auto grid = as_grid(weight.unsqueeze(0), config_.decoder_grid).to(torch::kFloat);
  const auto resized =
      at::_upsample_bilinear2d_aa(grid.contiguous(), {side, side}, /*align_corners=*/false);
  return as_rows(resized).squeeze(0).to(weight.scalar_type());
}

Tensor FeatureDecoderImpl::forward(const Tensor& x_BNE, const nn::Trace& trace) const {
  const auto side =
      static_cast<int64_t>(std::llround(std::sqrt(static_cast<double>(x_BNE.size(1)))));
  check(side > 0 && side * side == x_BNE.size(1), "TA-Tok: {} codes of a picture are no square",
        x_BNE.size(1));
  auto x_BND = patch_->forward(x_BNE) + positions(side);
  if (trace) trace("embeddings", x_BND);
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    x_BND = layers_[layer]->forward(x_BND);
    if (trace) trace("layer." + std::to_string(layer), x_BND);
  }
  x_BND = norm_->forward(x_BND);
  if (trace) trace("post_layernorm", x_BND);
  return x_BND;
}

TaTokImpl::TaTokImpl(const TaTokConfig& config, const TaTokParts& parts) : config_(config) {
  const int64_t dim = config.encoder.hidden_size;
  const auto bottleneck = register_module("bottleneck", nn::Holder());
  codebook_ = bottleneck->register_module("regularizer", Codebook(config));
  if (parts.encoder) {
    encoder_ = register_module(
        "encoder", siglip::VisionModel(config.encoder, siglip::VisionModelImpl::Ending::kNone));
    encoder_task_ = register_module("encode_task_layer", nn::Holder())
                        ->register_module("0", nn::Linear(dim, dim));
    in_ = bottleneck->register_module("in_linear", nn::Linear(dim, config.code_dim));
  }
  if (parts.decoder) {
    out_ = bottleneck->register_module("out_linear", nn::Linear(config.code_dim, config.code_dim));
    decoder_ = register_module("decoder", nn::Holder())
                   ->register_module("vision_model", FeatureDecoder(config));
    const auto task = register_module("decode_task_layer", nn::Holder());
    decoder_task_in_ = task->register_module("0", nn::Linear(dim, dim));
    decoder_task_out_ = task->register_module("2", nn::Linear(dim, dim));
  }
}

Tensor TaTokImpl::pool(const Tensor& x_BTD, int64_t pool_scale) const {
  if (pool_scale == 1) return x_BTD;
  return as_rows(at::avg_pool2d(as_grid(x_BTD, config_.encoder.grid_size()), pool_scale));
}

TaTokImpl::Encoded TaTokImpl::encode(const Tensor& pixels_B3PP, int64_t pool_scale,
                                     const Tensor& shares, const nn::Trace& trace) const {
  check_usage(pool_scale >= 1 && pool_scale <= config_.encoder.grid_size(),
              "a pool scale of {}, not within 1..{}", pool_scale, config_.encoder.grid_size());
  const auto pooled_BND =
      pool(encoder_->forward(pixels_B3PP.to(encoder_task_->dtype())), pool_scale);
  if (trace) trace("pooled", pooled_BND);
  const auto task_BND = torch::tanh(encoder_task_->forward(pooled_BND));
  if (trace) trace("vq_feats", task_BND);
  const auto projected_BNE = in_->forward(task_BND);
  if (trace) trace("projected_z", projected_BNE);
  const auto unit_BNE = ops::unit_vectors(projected_BNE);
  if (trace) trace("unregularized_z", unit_BNE);
  const auto codes_BN = codebook_->codes(unit_BNE, shares, trace);
  const auto code_vectors_BNE = codebook_->vectors(codes_BN);
  const auto quantized_BNE = unit_BNE + (code_vectors_BNE - unit_BNE).detach();
  return {codes_BN, unit_BNE, code_vectors_BNE, quantized_BNE.to(in_->dtype())};
}

Tensor TaTokImpl::features(const Tensor& quantized_BNE, const nn::Trace& trace) const {
  const auto x_BNE = out_->forward(quantized_BNE);
  if (trace) trace("out_linear", x_BNE);
  const auto x_BND = torch::tanh(decoder_task_in_->forward(decoder_->forward(x_BNE, trace)));
  return decoder_task_out_->forward(x_BND);
}

Tensor TaTokImpl::decode(const Tensor& codes_BN, const nn::Trace& trace) const {
  const auto in_range = codes_BN.ge(0).logical_and(codes_BN.lt(config_.num_codes));
  check(in_range.all().item<bool>(), "TA-Tok: a code outside 0..{}", config_.num_codes - 1);
  const auto quantized_BNE = codebook_->vectors(codes_BN);
  if (trace) trace("z_q", quantized_BNE);
  return features(quantized_BNE, trace);
}

}  // namespace unipic::tar
