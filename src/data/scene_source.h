#pragma once

#include <memory>

#include "data/scenes/catalogue.h"
#include "data/scenes/sampler.h"
#include "data/source.h"

namespace unipic::data {

// What is said of a scene.
enum class SceneTask {
  kCaption,       // in any wording
  kDenseCaption,  // that also tells places and background
  kShortCaption,  // in GenEval's templates
  kDescription,   // such a caption as the answer to a request for it
  kQuestion,
  kEdit,
};

struct SceneSourceOptions {
  SceneTask task = SceneTask::kCaption;
  scenes::SceneOptions scenes;
  int64_t size = 128;  // pixels a side
  uint64_t seed = 1;
};

// Scenes without end, drawn when they are asked for.
std::unique_ptr<Source> scene_source(std::string name,
                                     std::shared_ptr<const scenes::Catalogue> catalogue,
                                     const SceneSourceOptions& options);

}  // namespace unipic::data
