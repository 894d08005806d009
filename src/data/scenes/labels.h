#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backbones/scene_detector/object.h"
#include "data/scenes/render.h"

// Scenes as a detector is to see them, and how well it does.

namespace unipic::scenes {

using SeenObject = scene_detector::Object;

// What a detector tells apart: the catalogue's classes in its order; the eleven colours, then the
// natural ones of a thing.
std::vector<std::string> class_labels(const Catalogue& catalogue);
std::vector<std::string> colour_labels();
inline constexpr int64_t kNaturalLabel = kNumColours;

// `Scene::objects` as they lie in `picture`, in their order.
std::vector<SeenObject> labels_of(const Scene& scene, const Picture& picture);

// Whether things of this class in their natural colours look much as they do in this one: a lemon
// and a yellow lemon.
bool looks_natural(size_t class_index, Colour colour, const Catalogue& catalogue);

// Whether two colour labels of a thing of this class mean the same to who looks at it.
bool is_same_colour(size_t class_index, int64_t a, int64_t b, const Catalogue& catalogue);

// Scores above which an object counts as seen, and as seen for sure: GenEval's thresholds.
inline constexpr float kLikelyScore = 0.3F;
inline constexpr float kSureScore = 0.9F;

// Least overlap of two boxes that are of the same object.
inline constexpr double kSamePlace = 0.5;

// How well what was seen is what is there.
struct Recognition {
  int64_t num_objects = 0;
  int64_t num_boxes = 0;         // seen at their place,
  int64_t num_classes = 0;       // and named right,
  int64_t num_right = 0;         // and their colour
  int64_t num_false_alarms = 0;  // seen where nothing is

  // Right ones among all that are there or were seen; 1 if there is nothing.
  double accuracy() const;
  Recognition& operator+=(const Recognition& other);
  bool operator==(const Recognition&) const = default;
};

// Compares objects whose score is above `threshold` with those that are there.
Recognition recognition(std::span<const SeenObject> seen, std::span<const SeenObject> there,
                        float threshold, const Catalogue& catalogue);

}  // namespace unipic::scenes
