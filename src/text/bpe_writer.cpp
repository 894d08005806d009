#include "text/bpe_writer.h"

#include "text/bpe_files.h"
#include "text/byte_level.h"

namespace unipic::text {
namespace {

// Bytes as a vocabulary spells them.
std::string spelled(std::string_view bytes) {
  std::string token;
  for (const char byte : bytes) token += byte_token(static_cast<uint8_t>(byte));
  return token;
}

}  // namespace

Json vocab_json(const BpeVocabulary& vocabulary) {
  Json ids = Json::object();
  for (const auto& token : vocabulary.tokens) ids[spelled(token)] = ids.size();
  return ids;
}

std::string merges_txt(const BpeVocabulary& vocabulary) {
  std::string merges = "#version: 0.2\n";
  for (const auto& [left, right] : vocabulary.merges) {
    merges += spelled(left) + " " + spelled(right) + "\n";
  }
  return merges;
}

Tokenizer make_tokenizer(const BpeVocabulary& vocabulary) {
  constexpr const char* kWhere = "learnt tokenizer";
  auto tokens = parse_vocab(vocab_json(vocabulary), kWhere);
  auto merges = parse_merges_txt(merges_txt(vocabulary), tokens, kWhere);
  return {{.vocabulary = std::move(tokens),
           .merges = std::move(merges),
           .added_tokens = {},
           .splitter = PreSplitter(PreSplitter::qwen2_pattern(), kWhere)},
          kWhere};
}

}  // namespace unipic::text
