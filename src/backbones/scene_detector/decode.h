#pragma once

#include <vector>

#include "backbones/scene_detector/model.h"
#include "backbones/scene_detector/object.h"

namespace unipic::scene_detector {

struct DecodeOptions {
  float least_score = 0.05f;
  // Of two boxes that overlap by more than this, the one with the lower score is no object of its
  // own; nor is one of the same class that lies in the other by more than `most_inside` of itself.
  double most_overlap = 0.5;
  double most_inside = 0.6;
};

// The objects of each picture, best first, with boxes in pixels of what the network looks at. An
// object's score is the probability of its class at the cell that is surest of it.
std::vector<std::vector<Object>> decode(const Config& config, const Output& output,
                                        const DecodeOptions& options = {});

}  // namespace unipic::scene_detector
