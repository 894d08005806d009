#pragma once

#include "data/scenes/compose.h"

namespace unipic::scenes {

enum class Split : uint8_t {
  kTrain,    // shows nothing that is held out
  kHeldOut,  // shows something that is held out and that its caption states
  kAny,
};

enum class Contents : uint8_t {
  kAny,
  kOneObject,
};

enum class ClassSet : uint8_t {
  kAll,
  kCoco,     // those that GenEval asks for
  kPopular,  // the few that are drawn more often
};

struct SceneOptions {
  Split split = Split::kTrain;
  Contents contents = Contents::kAny;
  ClassSet classes = ClassSet::kAll;
  Layout layout = Layout::kFree;
  double width = 1;  // of the scene, the shorter side being 1
  double height = 1;

  void validate() const;
};

// A random scene; what it is like depends only on the options and on what `random` gives. The
// catalogue has many more classes than a scene shows.
Scene sample_scene(const SceneOptions& options, const Catalogue& catalogue, RandomStream& random);

// A class of `classes` as likely as scenes have it: `popular` ones three times as likely as others.
size_t random_class(const Catalogue& catalogue, RandomStream& random,
                    ClassSet classes = ClassSet::kAll);

// Another class of `classes` and of the same kind; `class_index` itself if there is no other.
size_t related_class(size_t class_index, const Catalogue& catalogue, RandomStream& random,
                     ClassSet classes = ClassSet::kAll);

}  // namespace unipic::scenes
