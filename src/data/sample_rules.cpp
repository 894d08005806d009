#include "data/sample_rules.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::data {

void ImageRules::check(int64_t width, int64_t height) const {
  const auto [shorter, longer] = std::minmax(width, height);
  unipic::check(shorter > side_above,
                "an image of {}x{} is too small; both sides must exceed {} pixels", width, height,
                side_above);
  unipic::check(static_cast<double>(longer) < aspect_below * static_cast<double>(shorter),
                "an image of {}x{} is too long; its sides must be less than {}:1", width, height,
                aspect_below);
}

void SampleRules::check(const Sample& sample) const {
  if (const auto* picture = std::get_if<TextToImage>(&sample)) {
    text_to_image.check(picture->image.width, picture->image.height);
  } else if (const auto* answer = std::get_if<Understanding>(&sample)) {
    understanding.check(answer->image.width, answer->image.height);
  } else {
    const auto& both = std::get<Edit>(sample);
    for (const auto& source : both.sources) edit.check(source.width, source.height);
    edit.check(both.target.width, both.target.height);
  }
}

}  // namespace unipic::data
