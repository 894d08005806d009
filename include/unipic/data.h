#pragma once

#include <cstdint>
#include <string>

#include "unipic/image.h"

namespace unipic {

// What `show_data` makes pictures of: training samples of the scene world.
struct ShowDataOptions {
  std::string kind = "caption";  // caption, edit or question
  int64_t count = 24;            // samples
  int64_t size = 128;            // pixels a side of each picture
  uint64_t seed = 1;
  uint32_t epoch = 0;
  bool held_out = false;  // show combinations that training never does
};

// A contact sheet: each sample's picture, or both pictures of an edit, with its text below.
// The same options give the same picture. Throws `UsageError` for another kind or numbers that make
// no sheet of at most 100 megapixels, `Error` if the program's assets are missing.
Image show_data(const ShowDataOptions& options = {});

}  // namespace unipic
