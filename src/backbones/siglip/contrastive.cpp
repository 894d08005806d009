#include "backbones/siglip/contrastive.h"

#include "base/check.h"
#include "nn/holder.h"
#include "nn/parameter.h"
#include "ops/mixed_precision.h"
#include "ops/unit_vectors.h"

namespace unipic::siglip {
using torch::Tensor;

TextModelImpl::TextModelImpl(const TextConfig& config)
    : norm_(
          register_module("final_layer_norm", nn::LayerNorm(config.hidden_size, config.norm_eps))),
      head_(register_module("head", nn::Linear(config.hidden_size, config.hidden_size))) {
  const auto embeddings = register_module("embeddings", nn::Holder());
  token_ = embeddings->register_module("token_embedding",
                                       nn::Embedding(config.vocab_size, config.hidden_size));
  position_ = embeddings->register_module("position_embedding",
                                          nn::Embedding(config.num_positions, config.hidden_size));
  layers_ = nn::add_encoder_layers(*register_module("encoder", nn::Holder()), config.num_layers,
                                   {.dim = config.hidden_size,
                                    .num_heads = config.num_heads,
                                    .hidden_dim = config.intermediate_size,
                                    .norm_eps = config.norm_eps});
}

Tensor TextModelImpl::forward(const Tensor& ids_BT) const {
  check(ids_BT.size(1) == position_->weight().size(0),
        "SigLIP text tower: {} tokens, it takes {} only", ids_BT.size(1),
        position_->weight().size(0));
  auto x_BTD = token_->forward(ids_BT) + position_->weight();
  for (const auto& layer : layers_) x_BTD = layer->forward(x_BTD);
  return head_->forward(norm_->forward(x_BTD).select(1, -1));
}

ContrastiveModelImpl::ContrastiveModelImpl(const Config& vision, const TextConfig& text)
    : vision_(
          register_module("vision_model", VisionModel(vision, VisionModelImpl::Ending::kPooling))),
      text_(register_module("text_model", TextModel(text))),
      log_scale_(register_parameter("logit_scale", nn::placeholder({1}))),
      bias_(register_parameter("logit_bias", nn::placeholder({1}))) {
  check_usage(vision.hidden_size == text.hidden_size,
              "SigLIP: pictures of width {} and texts of width {} cannot be compared",
              vision.hidden_size, text.hidden_size);
}

Tensor ContrastiveModelImpl::forward(const Tensor& pixels_B3PP, const Tensor& ids_BT) const {
  const auto pictures_BD = ops::unit_vectors(vision_->pool(vision_->forward(pixels_B3PP)));
  const auto texts_BD = ops::unit_vectors(text_->forward(ids_BT));
  const ops::MixedPrecision full_precision(torch::kFloat, texts_BD.device());
  return texts_BD.mm(pictures_BD.t()) * log_scale_.exp() + bias_;
}

Tensor sigmoid_loss(const Tensor& logits_BB) {
  const int64_t batch = logits_BB.size(0);
  const auto sign_BB = 2 * torch::eye(batch, logits_BB.options()) - 1;
  return -torch::log_sigmoid(sign_BB * logits_BB).sum() / static_cast<double>(batch);
}

}  // namespace unipic::siglip
