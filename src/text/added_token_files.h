#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/added_tokens.h"

namespace unipic::text {

// Readers of added tokens. `where` names the file in messages.

// `added_tokens` of tokenizer.json: an array of tokens with their ids.
std::vector<AddedToken> parse_added_tokens(const Json& tokens, std::string_view where);

// `added_tokens_decoder` of tokenizer_config.json: tokens by id.
std::vector<AddedToken> parse_added_tokens_decoder(const Json& decoder, std::string_view where);

// added_tokens.json: ids by token. Special are those that `special_tokens_map`, the file of that
// name or null, mentions.
std::vector<AddedToken> parse_added_tokens_json(const Json& ids, const Json& special_tokens_map,
                                                std::string_view where);

}  // namespace unipic::text
