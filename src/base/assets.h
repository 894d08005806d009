#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace unipic {

// The path of a file of the folder assets/, such as "scenes/sprites.png": the first that is there
// of $UNIPIC_ASSETS, ../share/unipic beside the program's folder, and the source tree that this was
// built from. Throws `Error` that lists where it looked.
std::filesystem::path find_asset(std::string_view name);

// The same, or nothing if there is no such file.
std::optional<std::filesystem::path> asset_if_there(std::string_view name);

}  // namespace unipic
