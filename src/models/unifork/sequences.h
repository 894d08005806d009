#pragma once

#include <torch/types.h>

#include <vector>

#include "models/unifork/model.h"

// B texts, T tokens of the longest, V = L + 2 inputs of a picture with its marks, S = T - 1 + V, M
// width of the language model.

namespace unipic::unifork {

// Where each row of ids [B, T] has its picture (`kImageId`), or -1. Throws `Error` for two.
std::vector<int64_t> picture_places(const torch::Tensor& ids_BT);

// Inputs for texts whose pictures, one a placeholder and in their order, are given [P, V, M];
// shorter rows end in zeros: [B, S, M]. Throws `Error` for another number of pictures.
torch::Tensor embed_with_pictures(const UniFork& model, const torch::Tensor& ids_BT,
                                  const torch::Tensor& pictures_PVM);

// Labels [B, T] at the places that tokens have there, `kNoLabel` elsewhere: [B, S].
torch::Tensor labels_with_pictures(const torch::Tensor& ids_BT, const torch::Tensor& labels_BT,
                                   int64_t num_picture_inputs);

// Rows [T_i, ...] below each other, shorter ones filled up at their end with `value`.
torch::Tensor pad_rows(const std::vector<torch::Tensor>& rows, double value);

}  // namespace unipic::unifork
