#include "unipic/sheet.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "data/contact_sheet.h"
#include "io/resample.h"

namespace unipic {
namespace {

constexpr int64_t kLargestByDefault = 512;
constexpr int64_t kMaxPixels = 100'000'000;
constexpr size_t kLongestCaption = 300;  // characters; a file may hold a text of megabytes

int64_t longer_side(const Image& image) { return std::max(image.width, image.height); }

std::string shortened(const std::string& caption) {
  return caption.size() <= kLongestCaption ? caption : caption.substr(0, kLongestCaption) + "...";
}

// In the middle of a white square, made smaller if it must be.
Image fitted(const Image& image, int64_t size) {
  const double scale =
      std::min(1.0, static_cast<double>(size) / static_cast<double>(longer_side(image)));
  const auto scaled = [&](int64_t side) {
    return std::max<int64_t>(1, std::llround(scale * static_cast<double>(side)));
  };
  const auto small = scale == 1.0 ? image
                                  : io::resize(image, scaled(image.width), scaled(image.height),
                                               io::Resampling::kLanczos);
  constexpr uint8_t kWhite = 255;
  return io::pad_to_square(small, size, kWhite, {});
}

}  // namespace

Image contact_sheet(const std::vector<CaptionedImage>& pictures, const SheetOptions& options) {
  check_usage(!pictures.empty(), "a sheet of no pictures");
  check_usage(options.size >= 0 && options.columns >= 0,
              "a sheet of {} columns of {} pixels a side: must not be negative", options.columns,
              options.size);
  int64_t size = options.size;
  if (size == 0) {
    for (const auto& picture : pictures) size = std::max(size, longer_side(picture.image));
    size = std::min(size, kLargestByDefault);
  }
  const auto count = static_cast<int64_t>(pictures.size());
  check_usage(size <= kMaxPixels && size * size <= kMaxPixels / count,
              "a sheet of {} pictures of {} pixels a side: it would have more than {} pixels",
              count, size, kMaxPixels);
  std::vector<data::SheetCell> cells;
  for (const auto& picture : pictures) {
    cells.push_back({{fitted(picture.image, size)}, shortened(picture.caption)});
  }
  const auto columns = options.columns > 0
                           ? options.columns
                           : std::llround(std::ceil(std::sqrt(static_cast<double>(count))));
  return data::contact_sheet(cells, static_cast<size_t>(columns), data::BitmapFont::load());
}

}  // namespace unipic
