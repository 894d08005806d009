#pragma once

#include "backbones/scene_detector/model.h"

namespace unipic::scene_detector {

// How different pictures [B, 3, H, W] in -1..1 look to the detector, a scalar: the squared distance
// of its features, each place's scaled to unit length, averaged over places and summed over strides
// (LPIPS, Zhang et al. 2018, with all channels weighing the same). Gradients reach `a` only.
torch::Tensor feature_distance(const SceneDetector& model, const torch::Tensor& a_B3HW,
                               const torch::Tensor& b_B3HW);

}  // namespace unipic::scene_detector
