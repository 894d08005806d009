#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/pre_split.h"

namespace unipic::text {

// A byte-level BPE vocabulary as it is written to vocab.json and merges.txt.
struct BpeVocabulary {
  std::vector<std::string> tokens;  // by id, as bytes; the 256 single bytes come first
  std::vector<std::pair<std::string, std::string>> merges;  // best first, as bytes
};

// The 256 single bytes and no merges.
BpeVocabulary byte_vocabulary();

// Learns byte-pair merges (Sennrich et al. 2016) from text: the most frequent pair of neighbours
// first, of equal ones the one whose bytes come first, so that the result depends on the counts
// alone.
class BpeTrainer {
 public:
  BpeTrainer();

  // Counts the words of `text` as the tokenizer will split them.
  void add(std::string_view text);

  // Merges until there are `num_tokens` tokens (at least 256) or no pair occurs twice.
  BpeVocabulary train(int64_t num_tokens) const;

 private:
  PreSplitter splitter_;
  std::map<std::string, int64_t, std::less<>> word_counts_;
};

}  // namespace unipic::text
