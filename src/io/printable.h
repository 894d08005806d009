#pragma once

#include <string>
#include <string_view>

namespace unipic::io {

bool is_utf8(std::string_view text);

// `text`, which may come from a hostile file, fit for one line of a message: control characters and
// bytes that are not UTF-8 become \xNN, and what lies beyond `max_bytes` is left out.
std::string printable(std::string_view text, size_t max_bytes = 200);

}  // namespace unipic::io
