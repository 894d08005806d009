#include "backbones/vila_u/depth_transformer.h"

#include <torch/nn/modules/container/modulelist.h>
#include <limits>

#include "nn/holder.h"
#include "nn/parameter.h"
#include "ops/attention.h"
#include "ops/file_tensor.h"

namespace unipic::vila_u {
using torch::Tensor;

namespace {

Tensor dropped(const Tensor& x, const Dropout& dropout) { return dropout ? dropout(x) : x; }

// Each level sees itself and those before it; undefined for a single one.
Tensor causal_mask(int64_t depth, const torch::TensorOptions& options) {
  if (depth == 1) return {};
  return torch::full({depth, depth}, -std::numeric_limits<double>::infinity(), options)
      .triu(1)
      .view({1, 1, depth, depth});
}

struct Affine {
  Tensor weight, bias;  // fp32
};

Affine affine_of(const nn::Linear& linear) {
  return {linear->weight().to(torch::kFloat), linear->bias().to(torch::kFloat)};
}

// second(first(x)).
Affine product(const Affine& second, const Affine& first) {
  return {second.weight.matmul(first.weight), second.weight.matmul(first.bias) + second.bias};
}

nn::Linear linear_of(const Affine& affine, const torch::TensorOptions& options) {
  nn::Linear linear(affine.weight.size(1), affine.weight.size(0));
  for (auto& parameter : linear->named_parameters()) {
    const auto& value = parameter.key() == "weight" ? affine.weight : affine.bias;
    parameter.value().set_requires_grad(false);
    parameter.value().set_data(value.to(options));
  }
  return linear;
}

}  // namespace

DepthBlockImpl::DepthBlockImpl(const DepthConfig& config)
    : num_heads_(config.num_heads),
      attention_norm_(register_module("ln1", nn::LayerNorm(config.dim, config.norm_eps))),
      mlp_norm_(register_module("ln2", nn::LayerNorm(config.dim, config.norm_eps))),
      attention_in_(register_module("attn_in_proj", nn::Linear(config.dim, config.attention_dim))),
      attention_out_(
          register_module("attn_out_proj", nn::Linear(config.attention_dim, config.dim))) {
  const auto attention = register_module("attn", nn::Holder());
  const auto projection = [&](const char* name) {
    return attention->register_module(name, nn::Linear(config.attention_dim, config.attention_dim));
  };
  key_ = projection("key");
  query_ = projection("query");
  value_ = projection("value");
  proj_ = projection("proj");
  const auto mlp = register_module("mlp", nn::Holder());
  mlp_in_ = mlp->register_module("0", nn::Linear(config.dim, config.mlp_dim));
  mlp_out_ = mlp->register_module("2", nn::Linear(config.mlp_dim, config.dim));
}

Tensor DepthBlockImpl::forward(const Tensor& x_NQD, nn::KvCache* cache, int64_t layer,
                               const Dropout& dropout) const {
  const auto h_NQD = x_NQD + attend(attention_norm_->forward(x_NQD), cache, layer, dropout);
  const auto mlp_NQD =
      mlp_out_->forward(mlp_in_->forward(mlp_norm_->forward(h_NQD), ops::Activation::kGelu));
  return h_NQD + dropped(mlp_NQD, dropout);
}

Tensor DepthBlockImpl::attend(const Tensor& x_NQD, nn::KvCache* cache, int64_t layer,
                              const Dropout& dropout) const {
  const auto heads = [&](const Tensor& x) {
    return x.unflatten(-1, {num_heads_, -1}).transpose(1, 2);
  };
  Tensor q, k, v;
  if (fused_qkv_) {
    const auto parts = fused_qkv_->forward(x_NQD).chunk(3, -1);
    std::tie(q, k, v) = std::tuple(heads(parts[0]), heads(parts[1]), heads(parts[2]));
  } else {
    const auto in_NQA = attention_in_->forward(x_NQD);
    q = heads(query_->forward(in_NQA));
    k = heads(key_->forward(in_NQA));
    v = heads(value_->forward(in_NQA));
  }
  if (cache != nullptr) std::tie(k, v) = cache->append(layer, k, v);
  const auto mask = causal_mask(x_NQD.size(1), x_NQD.options());
  const auto out_NQA = ops::attention(q, k, v, mask).transpose(1, 2).flatten(-2);
  if (fused_out_) return fused_out_->forward(out_NQA);
  return attention_out_->forward(dropped(proj_->forward(out_NQA), dropout));
}

void DepthBlockImpl::fuse() {
  if (fused_qkv_) return;
  const torch::NoGradGuard no_grad;
  const auto options = attention_in_->weight().options().requires_grad(false);
  const auto in = affine_of(attention_in_);
  std::vector<Tensor> weights, biases;
  for (const auto& head : {query_, key_, value_}) {
    const auto fused = product(affine_of(head), in);
    weights.push_back(fused.weight);
    biases.push_back(fused.bias);
  }
  fused_qkv_ =
      register_module("fused_qkv", linear_of({torch::cat(weights), torch::cat(biases)}, options));
  fused_out_ = register_module(
      "fused_out", linear_of(product(affine_of(attention_out_), affine_of(proj_)), options));
  for (const auto& linear : {attention_in_, query_, key_, value_, proj_, attention_out_})
    ops::forget_pages(linear->weight());
  for (const char* name : {"attn_in_proj", "attn", "attn_out_proj"}) unregister_module(name);
  attention_in_ = attention_out_ = query_ = key_ = value_ = proj_ = nullptr;
}

DepthTransformerImpl::DepthTransformerImpl(const DepthConfig& config)
    : config_(config),
      from_codes_(register_module("in_mlp_1", nn::Linear(config.code_dim, config.dim))),
      from_hidden_(register_module("in_mlp_2", nn::Linear(config.hidden_dim, config.dim))),
      positions_1QD_(
          register_parameter("pos_emb_d", nn::placeholder({1, config.depth, config.dim}))) {
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    blocks_.emplace_back(config);
    list->push_back(blocks_.back());
  }
  register_module("head_transformer", nn::Holder())->register_module("blocks", list);
  const auto classifier = register_module("classifier_mlp", nn::Holder());
  norm_ = classifier->register_module("layer_norm", nn::LayerNorm(config.dim, config.norm_eps));
  classifier_ = classifier->register_module("linear", nn::Linear(config.dim, config.num_codes));
}

Tensor DepthTransformerImpl::forward(const Tensor& hidden_NE, const Tensor& rows_NQC,
                                     const Dropout& dropout) const {
  auto x_NQD = from_hidden_->forward(hidden_NE).unsqueeze(1);
  if (config_.depth > 1) {
    const auto sums = rows_NQC.narrow(1, 0, config_.depth - 1).cumsum(1).to(x_NQD.scalar_type());
    x_NQD = torch::cat({x_NQD, from_codes_->forward(sums)}, 1);
  }
  return run(x_NQD, nullptr, dropout);
}

Tensor DepthTransformerImpl::first(const Tensor& hidden_NE, nn::KvCache& cache) const {
  return run(from_hidden_->forward(hidden_NE).unsqueeze(1), &cache, {}).squeeze(1);
}

Tensor DepthTransformerImpl::next(const Tensor& sum_NC, nn::KvCache& cache) const {
  return run(from_codes_->forward(sum_NC).unsqueeze(1), &cache, {}).squeeze(1);
}

Tensor DepthTransformerImpl::run(const Tensor& x_NQD, nn::KvCache* cache,
                                 const Dropout& dropout) const {
  const int64_t level = cache != nullptr ? cache->length() : 0;
  auto x = x_NQD + positions_1QD_.narrow(1, level, x_NQD.size(1));
  int64_t layer = 0;
  for (const auto& block : blocks_) x = block->forward(x, cache, layer++, dropout);
  if (cache != nullptr) cache->advance(x_NQD.size(1));
  return classifier_->forward(norm_->forward(x)).to(torch::kFloat);
}

nn::KvCache DepthTransformerImpl::make_cache() const {
  nn::KvCache cache(config_.num_layers);
  cache.reserve(config_.depth);
  return cache;
}

void DepthTransformerImpl::fuse() {
  for (auto& block : blocks_) block->fuse();
}

}  // namespace unipic::vila_u
