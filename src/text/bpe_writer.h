#pragma once

#include <string>

#include "base/json.h"
#include "text/bpe_trainer.h"
#include "text/tokenizer.h"

namespace unipic::text {

// The content of vocab.json and of merges.txt.
Json vocab_json(const BpeVocabulary& vocabulary);
std::string merges_txt(const BpeVocabulary& vocabulary);

// The tokenizer that reads these back, with Qwen2's splitting and no added tokens.
Tokenizer make_tokenizer(const BpeVocabulary& vocabulary);

}  // namespace unipic::text
