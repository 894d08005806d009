#pragma once

#include <torch/types.h>

#include <span>
#include <vector>

#include "backbones/scene_detector/model.h"
#include "backbones/scene_detector/object.h"

namespace unipic::scene_detector {

// What each cell should say.
struct Targets {
  torch::Tensor classes_BGG;  // whole numbers; "nothing" is the number of classes, kIgnored neither
  torch::Tensor sides_B4GG;   // as in `Output`; 0 where there is nothing
  torch::Tensor colours_BGG;  // kIgnored where there is nothing

  Targets to(torch::Device device) const;
};
inline constexpr int64_t kIgnored = -1;

// `objects` of one picture each, with boxes in pixels of what the network looks at. The middle half
// of an object, and at least the cell of its middle, tells of it; a rim around that may; the rest
// must not. Of objects that share a cell the one with the nearer middle has it.
Targets make_targets(const Config& config, std::span<const std::vector<Object>> objects);

struct LossWeights {
  double box = 1.0;
  double colour = 1.0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("box", box, "weight of the boxes' loss; that of the classes is 1");
    v.field("colour", colour, "weight of the colours' loss");
  }
};

struct LossParts {
  torch::Tensor total, classes, boxes, colours;  // scalars a cell with an object, unweighted but
                                                 // for the total
};

// Cross entropy of classes and colours, and -ln of the boxes' overlap (UnitBox, Yu et al. 2016).
LossParts detection_loss(const Output& output, const Targets& targets, const LossWeights& weights);

}  // namespace unipic::scene_detector
