#include "models/tar/ar_dtok_loss.h"

namespace unipic::tar {

torch::Tensor ar_dtok_loss(const ArDtok& network, const torch::Tensor& features_BMF,
                           const torch::Tensor& codes_BN, const ArDtokDropout& dropout) {
  const auto logits_BNV = network->teacher_logits(features_BMF, codes_BN, dropout);
  return at::cross_entropy_loss(logits_BNV.flatten(0, 1), codes_BN.flatten());
}

}  // namespace unipic::tar
