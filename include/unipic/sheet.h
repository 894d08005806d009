#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unipic/image.h"

namespace unipic {

struct CaptionedImage {
  Image image;
  std::string caption;
};

struct SheetOptions {
  int64_t size = 0;  // pixels a side of the square each picture is fitted into; 0: as the largest
                     // picture, but at most 512
  int64_t columns = 0;  // 0: about as many as rows
};

// One picture of all of them, in rows, with their captions below. Larger ones are made smaller,
// smaller ones stay as they are, in the middle of white; captions are cut after 300 characters.
// Throws `UsageError` if there are none or the sheet would have more than 100 megapixels, `Error`
// if the program's assets are missing.
Image contact_sheet(const std::vector<CaptionedImage>& pictures, const SheetOptions& options = {});

}  // namespace unipic
