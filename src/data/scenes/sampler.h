#pragma once

#include "data/scenes/compose.h"

namespace unipic::scenes {

enum class Split : uint8_t {
  kTrain,    // shows nothing that is held out
  kHeldOut,  // shows something that is held out and that its caption states
  kAny,
};

struct SceneOptions {
  Split split = Split::kTrain;
  double width = 1;  // of the scene, the shorter side being 1
  double height = 1;

  void validate() const;
};

// A random scene; what it is like depends only on the options and on what `random` gives. The
// catalogue has many more classes than a scene shows.
Scene sample_scene(const SceneOptions& options, const Catalogue& catalogue, RandomStream& random);

// A class as likely as scenes have it: `popular` ones three times as likely as others.
size_t random_class(const Catalogue& catalogue, RandomStream& random);

// Another class of the same kind; `class_index` itself if there is no other.
size_t related_class(size_t class_index, const Catalogue& catalogue, RandomStream& random);

}  // namespace unipic::scenes
