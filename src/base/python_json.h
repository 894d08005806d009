#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/json.h"

namespace unipic {

// The text with null for each number that JSON does not have and Python writes all the same: NaN,
// Infinity and -Infinity. What stands in strings stays.
std::string without_odd_numbers(std::string_view text);

// As `read_json`, of a file that Python may have written.
Json read_python_json(const std::filesystem::path& path);

}  // namespace unipic
