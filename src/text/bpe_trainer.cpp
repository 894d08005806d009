#include "text/bpe_trainer.h"

#include <optional>

#include "base/check.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

using Pair = std::pair<int32_t, int32_t>;

struct Word {
  std::vector<int32_t> ids;
  int64_t count;
};

// How often each pair of neighbours occurs.
std::map<Pair, int64_t> count_pairs(const std::vector<Word>& words) {
  std::map<Pair, int64_t> counts;
  for (const auto& [ids, count] : words) {
    for (size_t at = 1; at < ids.size(); ++at) counts[{ids[at - 1], ids[at]}] += count;
  }
  return counts;
}

std::optional<Pair> best_pair(const std::map<Pair, int64_t>& counts,
                              const std::vector<std::string>& tokens) {
  const auto bytes = [&](const Pair& pair) {
    return std::pair<std::string_view, std::string_view>(tokens[static_cast<size_t>(pair.first)],
                                                         tokens[static_cast<size_t>(pair.second)]);
  };
  std::optional<Pair> best;
  int64_t best_count = 1;
  for (const auto& [pair, count] : counts) {
    if (count < best_count || count == 1) continue;
    if (best && count == best_count && bytes(pair) > bytes(*best)) continue;
    best = pair;
    best_count = count;
  }
  return best;
}

void replace(std::vector<int32_t>& ids, const Pair& pair, int32_t merged) {
  size_t end = 0;
  for (size_t at = 0; at < ids.size(); ++at) {
    const bool matches = at + 1 < ids.size() && ids[at] == pair.first && ids[at + 1] == pair.second;
    ids[end++] = matches ? merged : ids[at];
    if (matches) ++at;
  }
  ids.resize(end);
}

}  // namespace

BpeVocabulary byte_vocabulary() {
  BpeVocabulary vocabulary;
  for (int byte = 0; byte < 256; ++byte) {
    vocabulary.tokens.emplace_back(1, static_cast<char>(byte));
  }
  return vocabulary;
}

BpeTrainer::BpeTrainer() : splitter_(PreSplitter::qwen2_pattern(), "Qwen2's pattern") {}

void BpeTrainer::add(std::string_view text) {
  const auto valid = replace_invalid_utf8(text);
  std::string storage;
  for (const auto word : splitter_.split(nfc(valid, storage))) {
    const auto found = word_counts_.find(word);
    if (found != word_counts_.end()) {
      ++found->second;
    } else {
      word_counts_.emplace(word, 1);
    }
  }
}

BpeVocabulary BpeTrainer::train(int64_t num_tokens) const {
  check(num_tokens >= 256, "a vocabulary of {} tokens; the single bytes are 256", num_tokens);
  auto vocabulary = byte_vocabulary();
  std::vector<Word> words;
  for (const auto& [word, count] : word_counts_) {
    words.push_back({{}, count});
    for (const char byte : word) words.back().ids.push_back(static_cast<unsigned char>(byte));
  }
  while (static_cast<int64_t>(vocabulary.tokens.size()) < num_tokens) {
    const auto best = best_pair(count_pairs(words), vocabulary.tokens);
    if (!best) break;
    const auto& left = vocabulary.tokens[static_cast<size_t>(best->first)];
    const auto& right = vocabulary.tokens[static_cast<size_t>(best->second)];
    vocabulary.merges.emplace_back(left, right);
    const auto merged = static_cast<int32_t>(vocabulary.tokens.size());
    vocabulary.tokens.push_back(vocabulary.merges.back().first + vocabulary.merges.back().second);
    for (auto& word : words) replace(word.ids, *best, merged);
  }
  return vocabulary;
}

}  // namespace unipic::text
