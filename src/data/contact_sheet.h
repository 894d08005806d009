#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/bitmap_font.h"

namespace unipic::data {

// Pictures side by side, all of one size, and what is written under them.
struct SheetCell {
  std::vector<Image> pictures;
  std::string caption;
};

// White, with the cells in rows of `columns`; a row is as high as its longest caption needs. Throws
// `Error` if there is nothing to show, or pictures or their numbers differ between cells.
Image contact_sheet(std::span<const SheetCell> cells, size_t columns, const BitmapFont& font);

}  // namespace unipic::data
