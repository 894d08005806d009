#include "models/tar/ta_tok_loss.h"

namespace unipic::tar {

TaTokLoss ta_tok_loss(const TaTok& tokenizer, const torch::Tensor& pixels_B3PP, int64_t pool_scale,
                      const torch::Tensor& teacher_features_BND, FeatureDistance distance,
                      const torch::Tensor& shares) {
  const auto encoded = tokenizer->encode(pixels_B3PP, pool_scale, shares);
  const auto& config = tokenizer->config();
  TaTokLoss result;
  result.codes_BN = encoded.codes_BN;
  result.features_BND = tokenizer->features(encoded.quantized_BNE);
  result.commitment = at::mse_loss(encoded.unit_BNE, encoded.code_vectors_BNE.detach());
  result.codebook = at::mse_loss(encoded.code_vectors_BNE, encoded.unit_BNE.detach());
  result.quantizer =
      config.commitment_weight * result.commitment + config.codebook_weight * result.codebook;
  const auto features = result.features_BND.to(torch::kFloat);
  const auto wanted = teacher_features_BND.to(torch::kFloat);
  result.cosine = (1 - at::cosine_similarity(features, wanted, /*dim=*/-1)).mean();
  result.squared = at::mse_loss(features, wanted);
  result.loss =
      (distance == FeatureDistance::kCosine ? result.cosine : result.squared) + result.quantizer;
  return result;
}

}  // namespace unipic::tar
