#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace unipic::text {

// Byte-level vocabularies are kept as text by giving each byte a printable code point: its own if
// it has one, else one from U+0100 on (GPT-2's alphabet).

// The spelling of one byte.
std::string byte_token(uint8_t byte);

// The bytes that `token` spells. A token with a code point outside the alphabet stands for its own
// UTF-8, as does one that is not valid UTF-8.
std::string token_bytes(std::string_view token);

}  // namespace unipic::text
