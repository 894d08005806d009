#include "serve/base64.h"

#include <array>
#include <cstdint>

namespace unipic::serve {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int8_t kNoDigit = -1;

constexpr std::array<int8_t, 256> values_of_digits() {
  std::array<int8_t, 256> values{};
  values.fill(kNoDigit);
  for (size_t value = 0; value < kDigits.size(); ++value)
    values[static_cast<uint8_t>(kDigits[value])] = static_cast<int8_t>(value);
  return values;
}
constexpr auto kValues = values_of_digits();

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](size_t index) -> uint32_t {
      return at + index < bytes.size() ? static_cast<uint8_t>(bytes[at + index]) : 0;
    };
    const uint32_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (size_t digit = 0; digit < 4; ++digit) {
      const bool is_there = at + digit <= bytes.size();
      text += is_there ? kDigits[bits >> (18 - 6 * digit) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return {};
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int num_bits = 0;
  for (const char digit : text) {
    const int value = kValues[static_cast<uint8_t>(digit)];
    if (value == kNoDigit) return {};
    bits = bits << 6 | static_cast<uint32_t>(value);
    num_bits += 6;
    if (num_bits < 8) continue;
    num_bits -= 8;
    bytes += static_cast<char>(bits >> num_bits & 255);
  }
  return bytes;
}

std::optional<std::string> from_data_url(std::string_view url) {
  if (!url.starts_with("data:")) return {};
  const size_t comma = url.find(',');
  if (comma == std::string_view::npos || !url.substr(0, comma).ends_with(";base64")) return {};
  return from_base64(url.substr(comma + 1));
}

}  // namespace unipic::serve
