#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "text/added_tokens.h"
#include "text/bpe.h"
#include "text/pre_split.h"
#include "text/vocabulary.h"

namespace unipic::text {

// What a byte-level BPE tokenizer is made of.
struct TokenizerParts {
  Vocabulary vocabulary;  // Without the added tokens, or with them.
  std::vector<BpeMerge> merges;
  std::vector<AddedToken> added_tokens;
  PreSplitter splitter;
  bool use_nfc = true;
  bool lowercase = false;
  bool skips_space = false;  // White space parts words and is none.
  // What the token of a word's last byte ends with; decoded as a space after the word.
  std::string end_of_word = {};
};

// Byte-level BPE as Qwen2 and CLIP use it: added tokens are cut out, the rest is normalised, split
// into words, and each word's bytes are merged. Const members may be called from several threads.
class Tokenizer {
 public:
  // Throws `Error` that names `where` if a byte has no token or an added token contradicts the
  // vocabulary.
  Tokenizer(TokenizerParts parts, std::string_view where);

  // Adds no token of its own (no start or end). Bytes that are not UTF-8 count as U+FFFD, as in
  // `replace_invalid_utf8`. Throws `Error` for 2^31 bytes or more, or a split pattern that fails.
  std::vector<int64_t> encode(std::string_view text) const;

  // The text of `ids`, as UTF-8: bytes that are none become U+FFFD, ids without a token nothing.
  std::string decode(std::span<const int64_t> ids, bool skip_special = false) const;
  // The bytes `id` stands for, perhaps part of a code point; none for an id without a token.
  std::string bytes_of(int64_t id) const;
  bool is_special(int64_t id) const { return special_ids_.contains(id); }

  // The id of a token as the vocabulary spells it: "<|im_end|>", "Ġthe".
  std::optional<int64_t> token_id(std::string_view token) const;
  // The id of special token `content`, 1 to 512 bytes of UTF-8. Added with the id `vocab_size()` if
  // it is new.
  int64_t add_special_token(std::string_view content);
  // One above the largest id.
  int64_t vocab_size() const { return vocabulary_.end_id(); }

 private:
  struct Encoding;

  void add(const AddedToken& token, std::string_view where);
  int32_t byte_id(uint8_t byte, std::string_view suffix, std::string_view where) const;
  void encode_plain(Encoding& encoding, std::string_view text) const;
  void encode_word(Encoding& encoding, std::string_view word) const;

  Vocabulary vocabulary_;
  BpeMerges merges_;
  PreSplitter splitter_;
  bool use_nfc_, lowercase_, skips_space_;
  std::string end_of_word_;
  std::array<int32_t, 256> byte_ids_, last_byte_ids_;  // the same without `end_of_word_`
  AddedTokenMatcher raw_matcher_, normalized_matcher_;
  std::unordered_set<int64_t> added_ids_, special_ids_;
};

}  // namespace unipic::text
