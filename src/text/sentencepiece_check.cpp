#include "text/sentencepiece_check.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace unipic::text {
namespace {

// Protocol Buffers' wire format.
struct Field {
  uint64_t number = 0;
  std::string_view bytes;  // of a length-delimited one
};

std::optional<uint64_t> take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  return {};
}

// The next field; nothing where the bytes are no message, or one with groups.
std::optional<Field> take_field(std::string_view& bytes) {
  enum WireType : uint64_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };
  const auto tag = take_varint(bytes);
  if (!tag) return {};
  Field field{.number = *tag >> 3, .bytes = {}};
  uint64_t size = 0;
  switch (*tag & 7) {
    case kVarint:
      return take_varint(bytes) ? std::optional(field) : std::nullopt;
    case kFixed64:
      size = 8;
      break;
    case kFixed32:
      size = 4;
      break;
    case kLength: {
      const auto length = take_varint(bytes);
      if (!length) return {};
      size = *length;
      break;
    }
    default:
      return {};
  }
  if (size > bytes.size()) return {};
  if ((*tag & 7) == kLength) field.bytes = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return field;
}

uint32_t read_u32(std::string_view bytes, size_t index) {
  uint32_t value = 0;
  std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
  return value;
}

// The rules: the size of a double-array trie (Darts) of 32-bit units, the trie, and the texts that
// its leaves begin.
bool is_sound(std::string_view rules) {
  constexpr uint32_t kIsLeaf = uint32_t{1} << 31;
  if (rules.empty()) return true;
  if (rules.size() < sizeof(uint32_t)) return false;
  const size_t trie_bytes = read_u32(rules, 0);
  rules.remove_prefix(sizeof(uint32_t));
  if (trie_bytes > rules.size() || trie_bytes % sizeof(uint32_t) != 0 || trie_bytes == 0)
    return false;
  const auto trie = rules.substr(0, trie_bytes), texts = rules.substr(trie_bytes);
  if (texts.empty() || texts.back() != '\0') return false;
  const size_t num_units = trie_bytes / sizeof(uint32_t);
  for (size_t place = 0; place < num_units; ++place) {
    const uint32_t unit = read_u32(trie, place);
    if ((unit & kIsLeaf) != 0) {
      if ((unit & ~kIsLeaf) >= texts.size()) return false;
    } else {
      // Where a step by any byte, or to the leaf, may lead.
      const size_t offset = size_t{unit >> 10} << ((unit & 0x200U) >> 6U);
      if (((place ^ offset) | 0xFFU) >= num_units) return false;
    }
  }
  return true;
}

// Calls `on_bytes` for each occurrence of a length-delimited field; false if it or the walk fails.
bool for_each(std::string_view message, uint64_t number, auto&& on_bytes) {
  while (!message.empty()) {
    const auto field = take_field(message);
    if (!field) return false;
    if (field->number == number && !on_bytes(field->bytes)) return false;
  }
  return true;
}

}  // namespace

bool has_sound_rules(std::string_view model) {
  constexpr uint64_t kNormalizer = 3, kDenormalizer = 5, kRules = 2;  // sentencepiece_model.proto
  const auto is_sound_spec = [](std::string_view spec) { return for_each(spec, kRules, is_sound); };
  return for_each(model, kNormalizer, is_sound_spec) &&
         for_each(model, kDenormalizer, is_sound_spec);
}

}  // namespace unipic::text
