#pragma once

#include "backbones/scene_detector/config.h"
#include "data/scenes/labels.h"
#include "data/scenes/shared.h"

namespace unipic::test {

// Tells all the scenes' classes and colours apart.
inline scene_detector::Config scene_config(int64_t size) {
  scene_detector::Config config;
  config.size = size;
  config.classes = scenes::class_labels(scenes::test::catalogue());
  config.colours = scenes::colour_labels();
  return config;
}

struct LabelledScene {
  Image image;
  std::vector<scenes::SeenObject> objects;
};

inline LabelledScene labelled_scene(uint64_t index, int64_t size) {
  const auto scene = scenes::test::training_scene(index);
  const auto picture = scenes::render(scene, scenes::test::catalogue(), size, size);
  return {picture.image, scenes::labels_of(scene, picture)};
}

}  // namespace unipic::test
