#include "text/tokenizer.h"

#include <utility>

#include "base/check.h"
#include "text/byte_level.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

constexpr size_t kMaxTextBytes = (size_t{1} << 31) - 1;

}  // namespace

// The state of one call, so that a tokenizer itself holds none.
struct Tokenizer::Encoding {
  std::vector<int64_t> ids;
  std::vector<int32_t> word;
  BpeMerges::Scratch scratch;
  std::string normalized;
};

Tokenizer::Tokenizer(TokenizerParts parts, std::string_view where)
    : vocabulary_(std::move(parts.vocabulary)),
      merges_(std::move(parts.merges)),
      splitter_(std::move(parts.splitter)),
      use_nfc_(parts.use_nfc),
      lowercase_(parts.lowercase),
      skips_space_(parts.skips_space),
      end_of_word_(std::move(parts.end_of_word)) {
  for (size_t byte = 0; byte < byte_ids_.size(); ++byte) {
    byte_ids_[byte] = byte_id(static_cast<uint8_t>(byte), "", where);
    last_byte_ids_[byte] = byte_id(static_cast<uint8_t>(byte), end_of_word_, where);
  }
  for (const auto& token : parts.added_tokens) add(token, where);
}

int32_t Tokenizer::byte_id(uint8_t byte, std::string_view suffix, std::string_view where) const {
  const auto token = byte_token(byte).append(suffix);
  const auto id = vocabulary_.find(token);
  check(id.has_value(), "{}: the vocabulary lacks '{}', the token of byte 0x{:02x}", where, token,
        byte);
  return *id;
}

void Tokenizer::add(const AddedToken& token, std::string_view where) {
  check(!token.content.empty() && token.content.size() <= AddedTokenMatcher::kMaxBytes,
        "{}: the added token with id {} has {} bytes, not 1 to {}", where, token.id,
        token.content.size(), AddedTokenMatcher::kMaxBytes);
  check(is_valid_utf8(token.content), "{}: the added token with id {} is not UTF-8", where,
        token.id);
  vocabulary_.add(token.content, token.id, where);
  added_ids_.insert(token.id);
  if (token.special) {
    special_ids_.insert(token.id);
  } else {
    special_ids_.erase(token.id);
  }
  if (!token.normalized) {
    raw_matcher_.add(token.content, token);
    return;
  }
  std::string storage;
  normalized_matcher_.add(use_nfc_ ? nfc(token.content, storage) : token.content, token);
}

std::vector<int64_t> Tokenizer::encode(std::string_view text) const {
  check(text.size() <= kMaxTextBytes, "text of {} bytes, at most {} can be encoded", text.size(),
        kMaxTextBytes);
  std::string valid;
  if (!is_valid_utf8(text)) text = valid = replace_invalid_utf8(text);
  Encoding encoding;
  cut_out(
      raw_matcher_, text, [&](std::string_view part) { encode_plain(encoding, part); },
      [&](int64_t id) { encoding.ids.push_back(id); });
  return std::move(encoding.ids);
}

void Tokenizer::encode_plain(Encoding& encoding, std::string_view text) const {
  if (use_nfc_) text = nfc(text, encoding.normalized);
  std::string lowered;
  if (lowercase_) text = lowered = lowercase(text);
  cut_out(
      normalized_matcher_, text,
      [&](std::string_view part) {
        for (const auto word : splitter_.split(part)) {
          const bool is_space = is_white_space(read_code_point(word).code_point);
          if (!(skips_space_ && is_space)) encode_word(encoding, word);
        }
      },
      [&](int64_t id) { encoding.ids.push_back(id); });
}

void Tokenizer::encode_word(Encoding& encoding, std::string_view word) const {
  encoding.word.clear();
  for (const char byte : word) encoding.word.push_back(byte_ids_[static_cast<uint8_t>(byte)]);
  encoding.word.back() = last_byte_ids_[static_cast<uint8_t>(word.back())];
  merges_.apply(encoding.word, encoding.scratch);
  encoding.ids.insert(encoding.ids.end(), encoding.word.begin(), encoding.word.end());
}

std::string Tokenizer::decode(std::span<const int64_t> ids, bool skip_special) const {
  std::string bytes;
  for (const auto id : ids) {
    if (!(skip_special && is_special(id))) bytes += bytes_of(id);
  }
  return is_valid_utf8(bytes) ? bytes : replace_invalid_utf8(bytes);
}

std::string Tokenizer::bytes_of(int64_t id) const {
  const auto* token = vocabulary_.token(id);
  if (token == nullptr) return {};
  if (added_ids_.contains(id)) return *token;
  if (end_of_word_.empty() || !token->ends_with(end_of_word_)) return token_bytes(*token);
  return token_bytes(token->substr(0, token->size() - end_of_word_.size())) + " ";
}

std::optional<int64_t> Tokenizer::token_id(std::string_view token) const {
  return vocabulary_.find(token);
}

int64_t Tokenizer::add_special_token(std::string_view content) {
  const auto known = vocabulary_.find(content);
  if (known && special_ids_.contains(*known)) return *known;
  const int64_t id = known ? *known : vocab_size();
  add({.content = std::string(content), .id = id, .special = true}, "special token");
  return id;
}

}  // namespace unipic::text
