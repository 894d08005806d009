#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/scenes/edit.h"
#include "data/scenes/labels.h"

namespace unipic::eval {

// An object that is to be in an edited picture.
struct ObjectWish {
  int id = 0;  // in the edit's scenes
  scenes::SeenObject label;
  bool any_colour = false;
  // Whether it may lie there.
  std::function<bool(const unipic::Box& box)> fits;
  // It must lie so to where this object was found.
  std::optional<std::pair<scenes::Relation, int>> relation = {};
};

// What a picture of `width` x `height` pixels must show after an edit of objects or backgrounds,
// those first whose place is fixed.
std::vector<ObjectWish> wishes_of(const scenes::Edit& edit, const scenes::Catalogue& catalogue,
                                  int64_t width, int64_t height);

// Why the objects seen are not exactly those wished for; nothing if they are.
std::optional<std::string> unmet_wish(const std::vector<ObjectWish>& wishes,
                                      const std::vector<scenes::SeenObject>& seen,
                                      const scenes::Catalogue& catalogue);

}  // namespace unipic::eval
