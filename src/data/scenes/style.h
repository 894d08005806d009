#pragma once

#include "data/scenes/scene.h"

namespace unipic::scenes {

// Changes a whole picture. Blocks and blur grow with the shorter side.
void apply(Style style, Image& image);

}  // namespace unipic::scenes
