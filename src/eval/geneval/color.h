#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace unipic::eval {

// GenEval's colours, in the order of its classifier.
enum class Color { kRed, kOrange, kYellow, kGreen, kBlue, kPurple, kPink, kBrown, kBlack, kWhite };
inline constexpr size_t kNumColors = 10;

std::string_view color_name(Color color);
std::optional<Color> color_named(std::string_view name);

// What a text encoder is asked for one colour of one class of object; a head averages over them.
std::array<std::string, 3> color_captions(Color color, std::string_view class_name);

}  // namespace unipic::eval
