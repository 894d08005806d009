#include "data/contact_sheet.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::data {
namespace {

constexpr int64_t kMargin = 8;   // around cells, and between a picture and its caption
constexpr int64_t kBetween = 4;  // pictures of one cell

void copy_into(const Image& picture, int64_t left, int64_t top, Image& sheet) {
  for (int64_t y = 0; y < picture.height; ++y) {
    std::copy_n(&picture.pixels[static_cast<size_t>(3 * y * picture.width)], 3 * picture.width,
                &sheet.pixels[static_cast<size_t>(3 * ((top + y) * sheet.width + left))]);
  }
}

// The grid: all cells are equally wide, rows are as high as they need.
struct Layout {
  int64_t picture_width, picture_height, cell_width;
  size_t columns;
  std::vector<std::vector<std::string>> captions;
  std::vector<int64_t> row_heights;

  int64_t width() const { return kMargin + static_cast<int64_t>(columns) * (cell_width + kMargin); }
  int64_t height() const {
    int64_t sum = kMargin;
    for (const int64_t row : row_heights) sum += row + kMargin;
    return sum;
  }
};

Layout lay_out(std::span<const SheetCell> cells, size_t columns) {
  check(!cells.empty() && columns > 0 && !cells[0].pictures.empty(),
        "a contact sheet without pictures");
  const auto& first = cells[0].pictures[0];
  for (const auto& cell : cells) {
    check(cell.pictures.size() == cells[0].pictures.size(),
          "a contact sheet with {} pictures in one cell and {} in another",
          cells[0].pictures.size(), cell.pictures.size());
    for (const auto& picture : cell.pictures) {
      check(picture.width == first.width && picture.height == first.height,
            "a contact sheet of pictures of {}x{} and {}x{}", first.width, first.height,
            picture.width, picture.height);
    }
  }
  const auto num_pictures = static_cast<int64_t>(cells[0].pictures.size());
  Layout layout{.picture_width = first.width,
                .picture_height = first.height,
                .cell_width = num_pictures * (first.width + kBetween) - kBetween,
                .columns = std::min(columns, cells.size()),
                .captions = {},
                .row_heights = {}};
  const auto letters =
      static_cast<size_t>(std::max<int64_t>(1, layout.cell_width / BitmapFont::kWidth));
  for (size_t i = 0; i < cells.size(); ++i) {
    layout.captions.push_back(wrapped(cells[i].caption, letters));
    if (i % layout.columns == 0) layout.row_heights.push_back(0);
    const auto num_lines = static_cast<int64_t>(layout.captions.back().size());
    layout.row_heights.back() =
        std::max(layout.row_heights.back(),
                 layout.picture_height + kMargin / 2 + num_lines * BitmapFont::kHeight);
  }
  return layout;
}

}  // namespace

Image contact_sheet(std::span<const SheetCell> cells, size_t columns, const BitmapFont& font) {
  const auto layout = lay_out(cells, columns);
  Image sheet{.width = layout.width(), .height = layout.height(), .pixels = {}};
  sheet.pixels.assign(static_cast<size_t>(3 * sheet.width * sheet.height), 255);
  int64_t top = kMargin;
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto column = static_cast<int64_t>(i % layout.columns);
    if (i > 0 && column == 0) top += layout.row_heights[i / layout.columns - 1] + kMargin;
    const int64_t left = kMargin + column * (layout.cell_width + kMargin);
    int64_t picture_left = left;
    for (const auto& picture : cells[i].pictures) {
      copy_into(picture, picture_left, top, sheet);
      picture_left += layout.picture_width + kBetween;
    }
    int64_t line_top = top + layout.picture_height + kMargin / 2;
    for (const auto& line : layout.captions[i]) {
      font.draw(line, left, line_top, sheet);
      line_top += BitmapFont::kHeight;
    }
  }
  return sheet;
}

}  // namespace unipic::data
