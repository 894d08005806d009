#pragma once

#include <string>
#include <string_view>

namespace unipic::serve {

// ASCII letters in lower case, whatever the locale: how HTTP compares names.
inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace unipic::serve
