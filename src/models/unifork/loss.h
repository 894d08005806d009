#pragma once

#include <torch/types.h>

#include "models/unifork/model.h"

// B texts, T tokens of the longest, P pictures, h·w = L tokens of each, Q codes of a token, C their
// width.

namespace unipic::unifork {

// The losses of UniFork (specs/unifork.md §9), each with its graph. Pictures come as
// `UniFork::see` gives them; texts are filled up at their end, where there are no labels.

// Picture and question to answer: the mean cross-entropy of the labels [B, T] (`kNoLabel`: none),
// each foretold by what is before it. `kImageId` marks where a text has its picture, if it has one;
// z_PhwC may be undefined where none has.
torch::Tensor understanding_loss(const UniFork& model, const torch::Tensor& ids_BT,
                                 const torch::Tensor& labels_BT, const torch::Tensor& z_PhwC);

// Text to picture: the mean cross-entropy of the codes of the first `num_tokens` tokens, or all if
// there are fewer. Each text ends with its picture.
torch::Tensor generation_loss(const UniFork& model, const torch::Tensor& ids_BT,
                              const vila_u::Quantized& pictures, int64_t num_tokens,
                              const vila_u::Dropout& dropout = {});

// That of codes [N, Q] alone, from hidden states [N, M] of the positions before them, and the
// scores [N, Q, K] it comes from.
struct CodeLoss {
  torch::Tensor loss, scores_NQK;
};
CodeLoss code_loss(const UniFork& model, const torch::Tensor& hidden_NM,
                   const torch::Tensor& codes_NQ, const vila_u::Dropout& dropout = {});

}  // namespace unipic::unifork
