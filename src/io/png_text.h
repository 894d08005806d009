#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "unipic/image.h"

namespace unipic::io {

// As `unipic::read_png_text`, for the bytes of a file; `name` names them in messages. The picture
// itself is not decoded.
std::vector<ImageText> read_png_text(std::span<const std::byte> bytes, std::string_view name);

}  // namespace unipic::io
