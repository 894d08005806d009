#pragma once

#include <string_view>

namespace unipic {

// The version of the library: "1.2.3".
std::string_view version();

}  // namespace unipic
