#include "data/bitmap_font.h"

#include <algorithm>

#include "base/assets.h"
#include "base/check.h"

namespace unipic::data {
namespace {

constexpr char kFirst = ' ', kLast = '~';
constexpr int64_t kLettersARow = 16;
constexpr int64_t kNumRows = (kLast - kFirst) / kLettersARow + 1;

}  // namespace

BitmapFont BitmapFont::load() {
  const auto path = find_asset("scenes/font.png");
  auto letters = read_image(path);
  check(letters.width == kLettersARow * kWidth && letters.height == kNumRows * kHeight,
        "{}: {}x{} pixels are not a font of {}x{}", path.string(), letters.width, letters.height,
        kLettersARow * kWidth, kNumRows * kHeight);
  return BitmapFont(std::move(letters));
}

void BitmapFont::draw(std::string_view text, int64_t left, int64_t top, Image& image) const {
  for (const char letter : text) {
    const int64_t index = letter >= kFirst && letter <= kLast ? letter - kFirst : '?' - kFirst;
    const int64_t from_x = index % kLettersARow * kWidth, from_y = index / kLettersARow * kHeight;
    for (int64_t y = std::max<int64_t>(0, -top); y < std::min(kHeight, image.height - top); ++y) {
      for (int64_t x = std::max<int64_t>(0, -left); x < std::min(kWidth, image.width - left); ++x) {
        const auto in = static_cast<size_t>(3 * ((from_y + y) * letters_.width + from_x + x));
        const auto out = static_cast<size_t>(3 * ((top + y) * image.width + left + x));
        for (size_t channel = 0; channel < 3; ++channel) {
          image.pixels[out + channel] = static_cast<uint8_t>(image.pixels[out + channel] *
                                                             letters_.pixels[in + channel] / 255);
        }
      }
    }
    left += kWidth;
  }
}

std::vector<std::string> wrapped(std::string_view text, size_t columns) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = std::min(columns, text.size());
    if (end < text.size()) {
      const size_t space = text.substr(0, end + 1).rfind(' ');
      if (space != text.npos && space > 0) end = space;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return lines;
}

}  // namespace unipic::data
