#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/assets.h"
#include "base/json.h"
#include "data/scenes/catalogue.h"
#include "data/scenes/request.h"
#include "data/scenes/sample.h"

namespace unipic::scenes::test {

// The program's own, read once a process.
inline const Catalogue& catalogue() {
  static const auto catalogue = Catalogue::load();
  return catalogue;
}

inline size_t class_named(std::string_view name) {
  const auto found = catalogue().find(name);
  check(found.has_value(), "no class {}", name);
  return *found;
}

inline std::string class_name(const SceneObject& object) {
  return catalogue().at(object.class_index).name;
}

// One object on white.
inline Scene scene_of(std::string_view name, std::optional<Colour> colour, double size = 0.6) {
  Scene scene;
  scene.objects.push_back({.id = 0,
                           .class_index = class_named(name),
                           .sprite = 0,
                           .colour = colour,
                           .placement = {.x = 0.5, .y = 0.5, .size = size}});
  return scene;
}

inline Scene training_scene(uint64_t index, const SceneOptions& options = {}) {
  return caption_sample({.seed = 11, .epoch = 0, .index = index}, options, catalogue()).scene;
}

inline std::vector<Box> boxes_of(const Scene& scene) {
  std::vector<Box> boxes;
  for (const auto& object : scene.objects) boxes.push_back(box_of(object, catalogue()));
  return boxes;
}

// The lines of GenEval's evaluation_metadata.jsonl.
inline std::vector<Json> geneval_lines() {
  std::ifstream in(find_asset("geneval/evaluation_metadata.jsonl"));
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(parse_json(line, "geneval"));
  check(lines.size() == 553, "{} GenEval prompts, not 553", lines.size());
  return lines;
}

}  // namespace unipic::scenes::test
