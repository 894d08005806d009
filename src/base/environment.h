#pragma once

#include <filesystem>

// The one place where environment variables are read.

namespace unipic {

// Where models known by name lie: $UNIPIC_MODELS, else $XDG_DATA_HOME/unipic/models, else
// ~/.local/share/unipic/models.
std::filesystem::path models_folder();

// $UNIPIC_ASSETS: where the files that belong to the program lie; empty if it is not set.
std::filesystem::path assets_folder();

}  // namespace unipic
