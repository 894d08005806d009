#pragma once

#include <string_view>

namespace unipic::train {

// Throws `UsageError` if a TOML text nests brackets or dots keys deeper than a recipe ever does.
// The parser recurses as deep as a text tells it to, and bounds only the brackets.
void check_nesting(std::string_view text, std::string_view name);

}  // namespace unipic::train
