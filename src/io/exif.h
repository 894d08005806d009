#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unipic/image.h"

namespace unipic::io {

// The orientation (1 to 8) that an EXIF block's first directory asks for; 1 if it has none, or is
// malformed: EXIF is a hint, never a reason to refuse a picture. `exif` begins with the TIFF
// header, or with "Exif\0\0" before it.
int exif_orientation(std::span<const std::byte> exif);

// `image` turned and mirrored so that what was stored with `orientation` (1 to 8) is upright.
Image upright(Image image, int orientation);

// An EXIF block, from the TIFF header on, that holds `text` as UserComment in UTF-16.
std::vector<std::byte> exif_with_comment(std::string_view text);

// The UserComment of an EXIF block in UTF-8; empty if it has none, or is malformed.
std::string exif_comment(std::span<const std::byte> exif);

}  // namespace unipic::io
