#pragma once

#include <filesystem>
#include <string_view>

namespace unipic {

// The path of a file of the folder assets/, such as "scenes/sprites.png": the first that is there
// of $UNIPIC_ASSETS, ../share/unipic beside the program's folder, and the source tree that this was
// built from. Throws `Error` that lists where it looked.
std::filesystem::path find_asset(std::string_view name);

}  // namespace unipic
