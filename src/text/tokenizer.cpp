#include "text/tokenizer.h"

#include <utility>

#include "base/check.h"
#include "text/byte_level.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

constexpr size_t kMaxTextBytes = (size_t{1} << 31) - 1;

// Calls `on_text` for each stretch without added tokens and `on_token` for each added token.
void cut_out(const AddedTokenMatcher& matcher, std::string_view text, auto&& on_text,
             auto&& on_token) {
  size_t done = 0;
  while (const auto match = matcher.find(text, done)) {
    if (match->begin > done) on_text(text.substr(done, match->begin - done));
    on_token(match->id);
    done = match->end;
  }
  if (done < text.size()) on_text(text.substr(done));
}

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
      use_nfc_(parts.use_nfc) {
  for (size_t byte = 0; byte < byte_ids_.size(); ++byte) {
    const auto token = byte_token(static_cast<uint8_t>(byte));
    const auto id = vocabulary_.find(token);
    check(id.has_value(), "{}: the vocabulary lacks '{}', the token of byte 0x{:02x}", where, token,
          byte);
    byte_ids_[byte] = *id;
  }
  for (const auto& token : parts.added_tokens) add(token, where);
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
  cut_out(
      normalized_matcher_, text,
      [&](std::string_view part) {
        for (const auto word : splitter_.split(part)) encode_word(encoding, word);
      },
      [&](int64_t id) { encoding.ids.push_back(id); });
}

void Tokenizer::encode_word(Encoding& encoding, std::string_view word) const {
  encoding.word.clear();
  for (const char byte : word) encoding.word.push_back(byte_ids_[static_cast<uint8_t>(byte)]);
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
  return added_ids_.contains(id) ? *token : token_bytes(*token);
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
