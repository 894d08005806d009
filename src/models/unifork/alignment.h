#pragma once

#include <torch/types.h>

#include <vector>

#include "models/unifork/model.h"

// How alike text and pictures are to a model, layer by layer (specs/unifork.md §10; the mutual
// nearest neighbours of Huh et al. 2024). N pairs of them, E layers, D width of features, k
// neighbours.

namespace unipic::unifork {

// Of each of features [N, D] the k others with the most similar direction, ascending: [N, k].
// Throws `UsageError` unless 1 <= k < N.
torch::Tensor nearest_neighbours(const torch::Tensor& features_ND, int64_t k);

// The share of neighbours [N, k] that each of N has in both kinds of features, [N].
torch::Tensor shared_neighbours(const torch::Tensor& text_Nk, const torch::Tensor& image_Nk);

// The score of each layer for features [E, N, D], and of each pair in it.
struct Alignment {
  torch::Tensor scores_E, per_pair_EN;
};
Alignment alignment(const torch::Tensor& text_END, const torch::Tensor& image_END, int64_t k);

// What a branch makes of the pairs: before the first layer, after each, the last with its norm.
struct LayerFeatures {
  torch::Tensor image_END, text_END;  // fp32, means over the tokens of a picture and of a text
};
// After `start_id` and the picture comes the text.
LayerFeatures understanding_features(const UniFork& model,
                                     const std::vector<std::vector<int64_t>>& texts,
                                     const torch::Tensor& pixels_N3HW, int64_t start_id);
// After the text comes the picture.
LayerFeatures generation_features(const UniFork& model,
                                  const std::vector<std::vector<int64_t>>& texts,
                                  const torch::Tensor& pixels_N3HW);

}  // namespace unipic::unifork
