#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unipic/image.h"

namespace unipic::data {

// Fixed-width letters for labels: printable ASCII; anything else is drawn as '?'.
class BitmapFont {
 public:
  static constexpr int64_t kWidth = 8;  // of a letter, in pixels
  static constexpr int64_t kHeight = 16;

  // From the asset scenes/font.png. Throws `Error` if it is missing or has another size.
  static BitmapFont load();

  // Black, with the first letter's corner at (left, top); what lies outside of `image` is cut off.
  void draw(std::string_view text, int64_t left, int64_t top, Image& image) const;

 private:
  explicit BitmapFont(Image letters) : letters_(std::move(letters)) {}

  Image letters_;
};

// `text` in lines of at most `columns` characters, broken at spaces where possible.
std::vector<std::string> wrapped(std::string_view text, size_t columns);

}  // namespace unipic::data
