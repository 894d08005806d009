#pragma once

#include <string_view>

#include "train/recipe/value.h"

namespace unipic::train {

// The table that a TOML text holds. `name` begins messages, before line and column. Throws
// `UsageError` on text that is not TOML, a duplicate key, a date, more than 1 MiB, brackets nested
// deeper than 32 levels or a key of more than 16 parts.
RecipeValue parse_toml(std::string_view text, std::string_view name);

}  // namespace unipic::train
