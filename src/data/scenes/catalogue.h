#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/scenes/colour.h"
#include "data/scenes/sprite.h"

namespace unipic::scenes {

// A sort of thing that scenes show.
struct ObjectClass {
  std::string name;
  std::string plural;
  // What it is counted by, one and several: "pair", "pairs"; usually empty.
  std::string measure;
  std::string measures;
  std::string kind;       // "animal", "food", "shape", ...: related classes share it
  bool coco = false;      // one of the 80 that GenEval asks for
  bool popular = false;   // drawn more often
  bool recolour = false;  // may be shown in any colour
  bool mirror = false;    // may be flipped: it bears no writing
  std::vector<Sprite> sprites;

  // Shapes have no colour of their own: they are always shown in a named one.
  bool is_shape() const { return kind == "shape"; }
};

// All classes and their sprites; read once, then shared by any number of threads.
class Catalogue {
 public:
  // From the assets sprites.json and sprites.png. Throws `Error` if they are missing or damaged.
  static Catalogue load();
  // From these two files.
  static Catalogue load(const std::filesystem::path& table, const std::filesystem::path& atlas);

  std::span<const ObjectClass> classes() const { return classes_; }
  const ObjectClass& at(size_t class_index) const { return classes_[class_index]; }
  size_t size() const { return classes_.size(); }
  std::optional<size_t> find(std::string_view name) const;
  const Ramp& ramp(Colour colour) const { return ramps_[static_cast<size_t>(colour)]; }

 private:
  Catalogue();

  std::vector<ObjectClass> classes_;
  std::vector<Ramp> ramps_;
};

}  // namespace unipic::scenes
