#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unipic::io {

// `text` with U+FFFD for every byte that is not UTF-8 and for NUL, code point by code point.
std::u32string decode_utf8(std::string_view text);
// `text` holds Unicode code points only.
std::string encode_utf8(std::u32string_view text);

std::string latin1_to_utf8(std::string_view latin1);
// Nothing if a character is beyond Latin-1, or a control character other than a newline or tab.
std::optional<std::string> utf8_to_latin1(std::string_view text);

}  // namespace unipic::io
