#pragma once

#include <string>
#include <string_view>

namespace unipic::serve {

enum class Intent { kDraw, kEdit, kAsk };

// What a user's words ask of a model that draws, edits and describes. `has_picture`: whether the
// conversation holds a picture.
Intent intent_of(std::string_view text, bool has_picture);

// What is to be drawn: without "please draw", "generate a picture of" and the like before it.
std::string subject_of(std::string_view text);

}  // namespace unipic::serve
