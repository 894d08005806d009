#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/bpe.h"
#include "text/vocabulary.h"

namespace unipic::text {

// Readers of vocabularies and merges. `where` names the file in messages.

// The text of vocab.json: ids by token.
Vocabulary parse_vocab_json(std::string_view text, std::string_view where);
// The same as part of a larger document.
Vocabulary parse_vocab(const Json& vocab, std::string_view where);

// The text of merges.txt: "left right" a line, best first. A first line "#version..." and empty
// lines are skipped; lines may end in CR LF.
std::vector<BpeMerge> parse_merges_txt(std::string_view text, const Vocabulary& vocabulary,
                                       std::string_view where);
// An array of "left right" or ["left", "right"], best first.
std::vector<BpeMerge> parse_merges(const Json& merges, const Vocabulary& vocabulary,
                                   std::string_view where);

}  // namespace unipic::text
