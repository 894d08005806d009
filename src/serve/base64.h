#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unipic::serve {

// RFC 4648, with padding.
std::string to_base64(std::string_view bytes);
// Nothing for what is not base64; padding may be missing.
std::optional<std::string> from_base64(std::string_view text);

// The bytes of a "data:...;base64,..." URL; nothing for any other text.
std::optional<std::string> from_data_url(std::string_view url);

}  // namespace unipic::serve
