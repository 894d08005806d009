#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/scenes/box.h"
#include "data/scenes/colour.h"
#include "io/png.h"

namespace unipic::scenes {

// How a sprite lies in a scene.
struct Placement {
  double x = 0.5;  // of the picture's middle, in the scene's units
  double y = 0.5;
  double size = 0.3;    // of the picture's longer side when upright
  double rotation = 0;  // radians, clockwise
  bool flipped = false;

  bool operator==(const Placement&) const = default;
};

// A small picture with transparency, at several sizes so that any of them can be drawn smoothly.
class Sprite {
 public:
  // Colours premultiplied, with a border of one transparent pixel all round.
  struct Level {
    int width = 0;  // without the border
    int height = 0;
    std::vector<uint8_t> rgba;   // 4 * (width + 2) * (height + 2)
    std::vector<uint8_t> tones;  // (width + 2) * (height + 2): the index in a colour's ramp
  };

  // The part of `atlas` with this corner and size, which lies inside.
  Sprite(const io::RgbaImage& atlas, int left, int top, int width, int height);

  // The first is the largest; each next one has half the sides, rounded up.
  const std::vector<Level>& levels() const { return levels_; }
  // What is seen of it when it lies so, as tight as pixels of the first level allow.
  Box box(const Placement& placement) const;
  // The average of what is seen.
  const Rgb& mean() const { return mean_; }

 private:
  struct Point {
    double x, y;  // from the middle, in parts of the longer side
  };

  void find_outline();
  void find_tones(const std::vector<uint8_t>& lumas);

  std::vector<Level> levels_;
  std::vector<Point> outline_;  // the convex hull of what is seen
  Rgb mean_{};
};

}  // namespace unipic::scenes
