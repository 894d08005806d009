#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unipic::scenes {

using Rgb = std::array<uint8_t, 3>;

// The colours that captions name: GenEval's ten and gray.
enum class Colour : uint8_t {
  kRed,
  kOrange,
  kYellow,
  kGreen,
  kBlue,
  kPurple,
  kPink,
  kBrown,
  kBlack,
  kWhite,
  kGrey,
};
inline constexpr size_t kNumColours = 11;

constexpr Colour colour_at(size_t index) { return static_cast<Colour>(index); }

// The word of captions: "red", ..., "gray".
std::string_view name_of(Colour colour);
std::optional<Colour> colour_named(std::string_view name);

// What a thing of this colour mostly is.
Rgb rgb_of(Colour colour);

// From the darkest shade of a thing of this colour, at 0, over `rgb_of` at 128 to the lightest.
using Ramp = std::array<Rgb, 256>;
Ramp ramp_of(Colour colour);

// The colour whose `rgb_of` is nearest.
Colour nearest_colour(const Rgb& rgb);

// Euclidean, from 0 to 441.
double distance(const Rgb& a, const Rgb& b);

// Rec. 709 weights on the stored values.
uint8_t luma(const Rgb& rgb);

// `a` where `share` is 0, `b` where it is 1.
Rgb mix(const Rgb& a, const Rgb& b, double share);

}  // namespace unipic::scenes
