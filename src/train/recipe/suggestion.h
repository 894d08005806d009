#pragma once

#include <span>
#include <string>
#include <string_view>

namespace unipic::train {

// The number of characters to insert, remove or replace that make `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b);

// The end of a message about the unknown name `word`: "; did you mean 'steps'?", or the known names
// where none is near.
std::string suggestion(std::string_view word, std::span<const std::string> known);

}  // namespace unipic::train
