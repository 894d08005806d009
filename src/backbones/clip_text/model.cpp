#include "backbones/clip_text/model.h"

#include <limits>

#include "base/check.h"
#include "nn/holder.h"

namespace unipic::clip_text {
using torch::Tensor;

namespace {

// Added to the scores: no token sees a later one. [1, 1, T, T].
Tensor causal_mask(int64_t num_tokens, const torch::TensorOptions& options) {
  return torch::full({1, 1, num_tokens, num_tokens}, -std::numeric_limits<double>::infinity(),
                     options)
      .triu(1);
}

}  // namespace

TextModelImpl::TextModelImpl(const Config& config) : config_(config) {
  if (config.has_projection) {
    projection_ = register_module(
        "text_projection",
        nn::Linear(config.hidden_size, config.projection_size, nn::LinearOptions{.bias = false}));
  }
  const auto model = register_module("text_model", nn::Holder());
  const auto embeddings = model->register_module("embeddings", nn::Holder());
  token_ = embeddings->register_module("token_embedding",
                                       nn::Embedding(config.vocab_size, config.hidden_size));
  position_ = embeddings->register_module("position_embedding",
                                          nn::Embedding(config.num_positions, config.hidden_size));
  layers_ = nn::add_encoder_layers(
      *model->register_module("encoder", nn::Holder()), config.num_layers,
      {.dim = config.hidden_size,
       .num_heads = config.num_heads,
       .hidden_dim = config.intermediate_size,
       .norm_eps = config.norm_eps,
       .activation = config.quick_gelu ? ops::Activation::kQuickGelu : ops::Activation::kGelu});
  norm_ = model->register_module("final_layer_norm",
                                 nn::LayerNorm(config.hidden_size, config.norm_eps));
}

Encoded TextModelImpl::forward(const Tensor& ids_BT, const nn::Trace& trace) const {
  const int64_t num_tokens = ids_BT.size(1);
  check(num_tokens <= config_.num_positions, "CLIP: {} tokens, at most {} have a position",
        num_tokens, config_.num_positions);
  auto x_BTD = token_->forward(ids_BT) + position_->weight().narrow(0, 0, num_tokens);
  if (trace) trace("embeddings", x_BTD);
  const auto mask = causal_mask(num_tokens, x_BTD.options());
  Encoded encoded;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    if (layer + 1 == layers_.size()) encoded.penultimate_BTD = x_BTD;
    x_BTD = layers_[layer]->forward(x_BTD, mask);
    if (trace) trace("layer_" + std::to_string(layer + 1), x_BTD);
  }
  x_BTD = norm_->forward(x_BTD);
  if (trace) trace("last_hidden_state", x_BTD);
  const auto rows = torch::arange(ids_BT.size(0), ids_BT.options());
  const auto end_BD = x_BTD.index({rows, ends_of(ids_BT)});
  encoded.pooled_BP = projection_ ? projection_->forward(end_BD) : end_BD;
  return encoded;
}

Tensor TextModelImpl::ends_of(const Tensor& ids_BT) const {
  constexpr int64_t kLargestIdEnds = 2;  // published configs say 2 and mean this
  if (config_.end_id == kLargestIdEnds) return ids_BT.argmax(-1);
  return ids_BT.eq(config_.end_id).to(torch::kInt).argmax(-1);
}

}  // namespace unipic::clip_text
