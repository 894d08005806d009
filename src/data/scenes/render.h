#pragma once

#include <vector>

#include "data/scenes/scene.h"
#include "unipic/image.h"

namespace unipic::scenes {

struct Picture {
  Image image;
  std::vector<Box> boxes;  // of `Scene::objects`, tight, in whole pixels
};

// Draws a scene. Its own proportions are kept: it lies in the middle of a picture of others. The
// same arguments give the same bytes. Throws `Error` for sides of less than 1 or above 16384
// pixels.
Picture render(const Scene& scene, const Catalogue& catalogue, int64_t width, int64_t height);

}  // namespace unipic::scenes
