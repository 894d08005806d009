#pragma once

#include <filesystem>

#include "text/tokenizer.h"

namespace unipic::text {

// The tokenizer of a checkpoint folder in the Hugging Face layout, byte-level BPE only: from
// tokenizer.json, else Qwen2's from vocab.json and merges.txt. Added tokens that
// tokenizer_config.json lists join those of tokenizer.json. For vocab.json, added_tokens.json and
// special_tokens_map.json take its place where it lists none. Throws `Error` with file and place
// for anything missing, malformed, contradictory or not supported.
Tokenizer load_tokenizer(const std::filesystem::path& folder);

}  // namespace unipic::text
