#pragma once

#include <torch/types.h>

#include "models/tar/ar_dtok.h"

namespace unipic::tar {

// Mean cross entropy of the codes [B, N] of pictures, each from the features [B, M, F] of its
// picture and the codes before it (specs/tar.md §6.3).
torch::Tensor ar_dtok_loss(const ArDtok& network, const torch::Tensor& features_BMF,
                           const torch::Tensor& codes_BN, const ArDtokDropout& dropout = {});

}  // namespace unipic::tar
