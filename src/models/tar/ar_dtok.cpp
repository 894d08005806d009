#include "models/tar/ar_dtok.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/nn/modules/container/modulelist.h>

#include "base/check.h"
#include "base/philox.h"
#include "nn/activation_checkpoint.h"
#include "nn/causal_mask.h"
#include "nn/holder.h"
#include "nn/parameter.h"
#include "ops/attention.h"

namespace unipic::tar {
using torch::Tensor;

namespace {

constexpr nn::LinearOptions kNoBias = {.bias = false};

// What of a pass a dropout is for.
enum class Place : uint32_t { kFeatures, kEmbedding, kAttention, kMlp };

// Zero with a probability of `share`, else one; in the type and place of `like`. It depends on seed
// and place alone, so that a layer may be computed twice.
Tensor keep_mask(const Tensor& like, torch::IntArrayRef shape, double share, uint64_t seed,
                 Place place, int64_t layer = 0) {
  const auto bits =
      philox(seed, {static_cast<uint32_t>(place), static_cast<uint32_t>(layer), 0, 0});
  auto generator = at::detail::createCPUGenerator(bits[0] | uint64_t{bits[1]} << 32);
  const auto mask = torch::empty(shape).bernoulli_(1 - share, generator);
  return mask.to(like.device(), like.scalar_type());
}

// `x` with that share of it zero and the rest larger by as much.
Tensor drop(const Tensor& x, double share, uint64_t seed, Place place, int64_t layer = 0) {
  if (share == 0) return x;
  return x * (keep_mask(x, x.sizes(), share, seed, place, layer) / (1 - share));
}

}  // namespace

ArDtokLayerImpl::ArDtokLayerImpl(const ArDtokConfig& config, int64_t layer)
    : num_heads_(config.num_heads),
      layer_(layer),
      attention_norm_(register_module("attention_norm", nn::RmsNorm(config.dim, config.norm_eps))),
      mlp_norm_(register_module("ffn_norm", nn::RmsNorm(config.dim, config.norm_eps))) {
  const auto attention = register_module("attention", nn::Holder());
  qkv_ = attention->register_module("wqkv", nn::Linear(config.dim, 3 * config.dim, kNoBias));
  out_ = attention->register_module("wo", nn::Linear(config.dim, config.dim, kNoBias));
  const auto mlp = register_module("feed_forward", nn::Holder());
  gate_ = mlp->register_module("w1", nn::Linear(config.dim, config.hidden_dim, kNoBias));
  up_ = mlp->register_module("w3", nn::Linear(config.dim, config.hidden_dim, kNoBias));
  down_ = mlp->register_module("w2", nn::Linear(config.hidden_dim, config.dim, kNoBias));
}

Tensor ArDtokLayerImpl::attend(const Tensor& x_BTD, const Tensor& mask, nn::KvCache* cache) const {
  const auto qkv_3BHTK =
      qkv_->forward(x_BTD).unflatten(-1, {3, num_heads_, -1}).permute({2, 0, 3, 1, 4});
  auto k = qkv_3BHTK[1], v = qkv_3BHTK[2];
  if (cache != nullptr) std::tie(k, v) = cache->append(layer_, k, v);
  const auto out_BHTK = ops::attention(qkv_3BHTK[0], k, v, mask, out_->uses_own_kernels());
  return out_->forward(out_BHTK.transpose(1, 2).flatten(-2));
}

Tensor ArDtokLayerImpl::forward(const Tensor& x_BTD, const Tensor& mask, nn::KvCache* cache,
                                const ArDtokDropout& dropout) const {
  const auto added = [&](const Tensor& x, double share, Place place) {
    return drop(x, share, dropout.seed, place, layer_);
  };
  const auto h_BTD = x_BTD + added(attend(attention_norm_->forward(x_BTD), mask, cache),
                                   dropout.attention, Place::kAttention);
  const auto normed_BTD = mlp_norm_->forward(h_BTD);
  const auto gate = gate_->forward(normed_BTD, ops::Activation::kSilu);
  return h_BTD +
         added(down_->forward(up_->forward_times(gate, normed_BTD)), dropout.mlp, Place::kMlp);
}

ArDtokImpl::ArDtokImpl(const ArDtokConfig& config) : config_(config) {
  positions_1TD_ =
      register_parameter("abs_pe", nn::placeholder({1, config.num_positions(), config.dim}));
  features_in_ = register_module("clip_proj", nn::Linear(config.feature_dim, config.dim));
  codes_in_ = register_module("tok_embeddings", nn::Embedding(config.num_codes, config.dim));
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    layers_.emplace_back(config, layer);
    list->push_back(layers_.back());
  }
  register_module("layers", list);
  norm_ = register_module("norm", nn::RmsNorm(config.dim, config.norm_eps));
  head_ = register_module("output", nn::Linear(config.dim, config.num_codes, kNoBias));
}

void ArDtokImpl::use_own_kernels() {
  nn::pack_linears(*this);
  nn::pack_norms(*this);
}

Tensor ArDtokImpl::embed_features(const Tensor& features_BMF) const {
  check(features_BMF.size(1) >= 1 && features_BMF.size(1) <= config_.max_features,
        "AR-DTok: {} features of a picture, not within 1..{}", features_BMF.size(1),
        config_.max_features);
  check(features_BMF.size(2) == config_.feature_dim, "AR-DTok: features are {} wide, it takes {}",
        features_BMF.size(2), config_.feature_dim);
  return features_in_->forward(features_BMF);
}

Tensor ArDtokImpl::embed_codes(const Tensor& codes_BN) const {
  return codes_in_->forward(codes_BN);
}

Tensor ArDtokImpl::forward(const Tensor& embeddings_BTD, nn::KvCache* cache,
                           const ArDtokDropout& dropout, const nn::Trace& trace) const {
  const int64_t first = cache != nullptr ? cache->length() : 0;
  const int64_t num_tokens = embeddings_BTD.size(1);
  check(first + num_tokens <= config_.num_positions(), "AR-DTok: {} positions, there are {}",
        first + num_tokens, config_.num_positions());
  auto x_BTD = embeddings_BTD + positions_1TD_.narrow(1, first, num_tokens);
  x_BTD = drop(x_BTD, dropout.embedding, dropout.seed, Place::kEmbedding);
  const auto mask = nn::causal_mask(num_tokens, first, {}, x_BTD.options().requires_grad(false));
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    const auto run = [=, &block = layers_[layer]](const Tensor& x) {
      return block->forward(x, mask, cache, dropout);
    };
    // A cache would be appended to twice.
    const bool checkpoints = checkpoints_layers_ && cache == nullptr;
    x_BTD = checkpoints ? nn::activation_checkpoint(run, x_BTD) : run(x_BTD);
    if (trace) trace("layer." + std::to_string(layer), x_BTD);
  }
  if (cache != nullptr) cache->advance(num_tokens);
  x_BTD = norm_->forward(x_BTD);
  if (trace) trace("norm", x_BTD);
  return x_BTD;
}

Tensor ArDtokImpl::logits(const Tensor& hidden) const {
  return head_->forward(hidden).to(torch::kFloat);
}

Tensor ArDtokImpl::teacher_logits(const Tensor& features_BMF, const Tensor& codes_BN,
                                  const ArDtokDropout& dropout, const nn::Trace& trace) const {
  const int64_t num_features = features_BMF.size(1), num_codes = codes_BN.size(1);
  check(num_codes >= 1, "AR-DTok: no codes to learn");
  // Those that stay are not larger for it: a picture of none is what guidance compares with.
  auto kept_BMF = features_BMF;
  if (dropout.features > 0)
    kept_BMF = kept_BMF * keep_mask(kept_BMF, {kept_BMF.size(0), 1, 1}, dropout.features,
                                    dropout.seed, Place::kFeatures);
  const auto features_BMD = embed_features(kept_BMF);
  if (trace) trace("clip_proj", features_BMD);
  const auto codes_BTD = embed_codes(codes_BN.narrow(1, 0, num_codes - 1));
  const auto hidden_BTD =
      forward(torch::cat({features_BMD, codes_BTD}, 1), /*cache=*/nullptr, dropout, trace);
  // The last feature is followed by the first code.
  return logits(hidden_BTD.narrow(1, num_features - 1, num_codes));
}

}  // namespace unipic::tar
