#pragma once

#include <filesystem>
#include <string>

#include "text/tokenizer.h"
#include "text/unigram_tokenizer.h"

namespace unipic::text {

// The tokenizer of a checkpoint folder in the Hugging Face layout, byte-level BPE only: from
// tokenizer.json, else Qwen2's or CLIP's from vocab.json and merges.txt. Added tokens that
// tokenizer_config.json lists join those of tokenizer.json. For vocab.json, added_tokens.json and
// special_tokens_map.json take its place where it lists none. Throws `Error` with file and place
// for anything missing, malformed, contradictory or not supported.
Tokenizer load_tokenizer(const std::filesystem::path& folder);

// A SentencePiece tokenizer: spiece.model, with the added tokens of tokenizer_config.json. Throws
// `Error` as `load_tokenizer`.
UnigramTokenizer load_unigram_tokenizer(const std::filesystem::path& folder);

// The content of a token that tokenizer_config.json, or special_tokens_map.json, has under a name
// such as "pad_token". Throws `Error` if neither has it.
std::string special_token(const std::filesystem::path& folder, const std::string& name);

}  // namespace unipic::text
