#pragma once

#include <string>

#include "base/random_stream.h"
#include "data/scenes/scene.h"

namespace unipic::scenes {

// A caption that tells of every object its place in the picture and of the scene its background:
// "a large red dog in the top left and a cup in the center, on sand". Captions that leave little
// open teach a model to draw what a text says sooner than others.
std::string dense_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random);

}  // namespace unipic::scenes
