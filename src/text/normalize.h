#pragma once

#include <string>
#include <string_view>

namespace unipic::text {

// Valid UTF-8 `text` in Unicode's normalisation form C: `text` itself where it surely is in that
// form already, else `storage`, which is overwritten. Time is O(n log n) for any text.
std::string_view nfc(std::string_view text, std::string& storage);

// Valid UTF-8 `text` with each code point in lower case, whatever stands around it.
std::string lowercase(std::string_view text);

// `code_point` never changes under NFC and never joins what stands before it, so that text may be
// cut before it. Knows the common ranges only.
bool is_nfc_boundary(char32_t code_point);

}  // namespace unipic::text
