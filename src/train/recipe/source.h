#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "train/recipe/value.h"

namespace unipic::train {

// The recipe at `path` and those that `base = "other.toml"` at its top names, read relative to the
// file that says so; the furthest base comes first. Throws `UsageError` on a recipe that is its own
// base, on more than 8 files and on an absolute base.
std::vector<RecipeValue> read_recipe_files(const std::filesystem::path& path);

// The table that an override such as `optimizer.lr=3e-4` stands for. Its value is read as TOML, or
// as the string it is where it is not TOML. Throws `UsageError`.
RecipeValue parse_override(std::string_view text);

}  // namespace unipic::train
