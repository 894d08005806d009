#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/scenes/region.h"
#include "data/scenes/sampler.h"

namespace unipic::scenes {

enum class EditKind : uint8_t {
  kAdd,
  kRemove,
  kReplace,
  kRecolour,
  kMove,
  kSwap,
  kCount,
  kBackground,
  kStyle,
};
inline constexpr size_t kNumEditKinds = 9;

// "add", "remove", "replace", "recolor", ...
std::string_view name_of(EditKind kind);

// Where an instruction says that an object is to be: in a ninth of the picture, or beside another.
struct PlaceGoal {
  int id = 0;
  std::optional<Region> region;
  std::optional<Relation> relation;
  int target_id = 0;  // of the relation
};

struct Edit {
  EditKind kind = EditKind::kAdd;
  std::string instruction;
  Scene before;
  Scene after;
  std::optional<PlaceGoal> goal;
};

// What differs between the scenes of an edit: the rest must stay. Objects are named by id.
struct SceneChange {
  struct Object {
    int id = 0;
    bool class_changed = false;
    bool colour_changed = false;
    bool moved = false;
  };

  std::vector<int> added;
  std::vector<int> removed;
  std::vector<Object> changed;
  std::vector<int> kept;
  bool background = false;
  bool style = false;
};

SceneChange difference(const Scene& before, const Scene& after);

// A random scene and an edit of it, of `kind` if that is given. With `Split::kTrain` neither scene
// shows anything held out; with `Split::kHeldOut` the second one does.
Edit sample_edit(const SceneOptions& options, std::optional<EditKind> kind,
                 const Catalogue& catalogue, RandomStream& random);

}  // namespace unipic::scenes
