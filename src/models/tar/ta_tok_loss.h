#pragma once

#include <torch/types.h>

#include "models/tar/ta_tok.h"

// B pictures of P×P pixels, N codes a picture, D width of features.

namespace unipic::tar {

// How far features are from those of the teacher; the authors do not say which they used.
enum class FeatureDistance { kCosine, kSquared };

// What TA-Tok learns from pictures (specs/tar.md §6.2), scalars with gradients.
struct TaTokLoss {
  torch::Tensor codes_BN, features_BND;
  torch::Tensor commitment, codebook;  // mean squared distances of vectors and their codes'
  torch::Tensor quantizer;             // the weighted sum of both
  torch::Tensor cosine, squared;       // distances of the features
  torch::Tensor loss;                  // the chosen distance and the quantiser's
};

// `pixels` [B, 3, P, P] in -1..1; `teacher_features` [B, N, D] is what the features are to become:
// those of a SigLIP2 that does not learn, pooled as the codes are. Codes are drawn by `shares`
// [B·N], as `TaTokImpl::encode` does.
TaTokLoss ta_tok_loss(const TaTok& tokenizer, const torch::Tensor& pixels_B3PP, int64_t pool_scale,
                      const torch::Tensor& teacher_features_BND, FeatureDistance distance,
                      const torch::Tensor& shares = {});

}  // namespace unipic::tar
