// The first byte says what the others are: one of the tokenizer's files, or text to encode.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "text/added_token_files.h"
#include "text/bpe_files.h"
#include "text/byte_level.h"
#include "text/normalize.h"
#include "text/stream_decoder.h"
#include "text/tokenizer.h"
#include "text/tokenizer_json.h"
#include "text/utf8.h"

namespace {

using namespace unipic;
using namespace unipic::text;

void require(bool ok) {
  if (!ok) std::abort();
}

Vocabulary small_vocabulary() {
  Vocabulary vocabulary;
  for (int byte = 0; byte < 256; ++byte) {
    vocabulary.add(byte_token(static_cast<uint8_t>(byte)), byte, "fixed");
  }
  for (const auto* token : {"th", "the", "aa", "aaa", "aaaa", "Ġt", "Ċ", "ab", "bc", "abc"}) {
    if (!vocabulary.find(token)) vocabulary.add(token, vocabulary.end_id(), "fixed");
  }
  return vocabulary;
}

Tokenizer small_tokenizer() {
  auto vocabulary = small_vocabulary();
  auto merges =
      parse_merges_txt("a a\nt h\naa aa\nth e\nb c\na b\na bc\naa a\nĠ t\n", vocabulary, "m");
  Tokenizer tokenizer(
      {.vocabulary = std::move(vocabulary),
       .merges = std::move(merges),
       .added_tokens = {{.content = "<e\u0301>", .id = 300, .normalized = true},
                        {.content = "<m>", .id = 301, .lstrip = true, .rstrip = true}},
       .splitter = PreSplitter(PreSplitter::qwen2_pattern(), "fixed")},
      "fixed");
  tokenizer.add_special_token("<|im_start|>");
  return tokenizer;
}

Tokenizer small_clip_tokenizer() {
  auto vocabulary = small_vocabulary();
  for (int byte = 0; byte < 256; ++byte)
    vocabulary.add(byte_token(static_cast<uint8_t>(byte)) + "</w>", vocabulary.end_id(), "fixed");
  return Tokenizer({.vocabulary = std::move(vocabulary),
                    .merges = {},
                    .added_tokens = {{.content = "!", .id = '!', .special = true}},
                    .splitter = PreSplitter(PreSplitter::clip_pattern(), "fixed"),
                    .lowercase = true,
                    .skips_space = true,
                    .end_of_word = "</w>"},
                   "fixed");
}

void check_encoding(const Tokenizer& tokenizer, std::string_view text, bool is_plain) {
  const auto ids = tokenizer.encode(text);
  const auto decoded = tokenizer.decode(ids);
  require(is_valid_utf8(decoded));
  StreamDecoder stream(tokenizer);
  std::string streamed;
  for (const auto id : ids) streamed += stream.push(id);
  require(streamed + stream.finish() == decoded);
  std::string storage;
  if (is_plain) require(decoded == nfc(replace_invalid_utf8(text), storage));
}

void run_tokenizer_json(std::string_view text) {
  Tokenizer tokenizer(parse_tokenizer_json(text, "tokenizer.json"), "tokenizer.json");
  tokenizer.add_special_token("<image>");
  check_encoding(tokenizer, "<image> Hello, it's 12 \xC3\xA9\n\n<|im_start|>  the\xFF", false);
}

void run_splitter(std::string_view input) {
  const size_t end = std::min(input.find('\0'), input.size());
  const auto text = replace_invalid_utf8(input.substr(std::min(end + 1, input.size())));
  std::string joined;
  for (const auto word : PreSplitter(input.substr(0, end), "pattern").split(text)) {
    require(!word.empty());
    joined += word;
  }
  require(joined == text);
}

void run(uint8_t kind, std::string_view input) {
  static const auto tokenizer = small_tokenizer(), clip_tokenizer = small_clip_tokenizer();
  switch (kind % 8) {
    case 0:
      return run_tokenizer_json(input);
    case 1:
      parse_vocab_json(input, "vocab.json");
      return;
    case 2:
      parse_merges_txt(input, small_vocabulary(), "merges.txt");
      return;
    case 3:
      parse_added_tokens_decoder(parse_json(input, "decoder"), "decoder");
      return;
    case 4:
      parse_added_tokens_json(parse_json(input, "added"), parse_json(input, "map"), "added");
      return;
    case 5:
      return check_encoding(tokenizer, input, input.find('<') == input.npos);
    case 6:
      return check_encoding(clip_tokenizer, input, false);
    default:
      return run_splitter(input);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  try {
    run(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  } catch (const Error&) {
  }
  return 0;
}
