#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "unipic/error.h"

namespace unipic::test {

inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// Runs `parse` on every shortened copy of `file` and expects an `Error` from each.
template <typename Parse>
void expect_error_at_every_length(const std::string& file, Parse&& parse) {
  for (size_t length = 0; length < file.size(); ++length) {
    // Its own allocation, so that the sanitizer sees a read past the end.
    const std::string part(file.data(), length);
    EXPECT_THROW(parse(bytes_of(part)), Error) << "cut to " << length << " bytes";
  }
}

// Runs `parse` on every copy of `file` with one bit flipped: it may succeed or throw `Error`, no
// more.
template <typename Parse>
void survive_every_bit_flip(std::string file, Parse&& parse) {
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    const auto mask = static_cast<char>(1 << bit % 8);
    file[bit / 8] ^= mask;
    try {
      parse(bytes_of(file));
    } catch (const Error&) {
    }
    file[bit / 8] ^= mask;
  }
}

}  // namespace unipic::test
