#pragma once

#include <string_view>

#include "text/tokenizer.h"

namespace unipic::text {

// The parts that the text of a tokenizer.json describes; `where` names it in messages. Read are
// byte- level BPE models with NFC or no normalisation and one split pattern; anything else that
// would change ids is refused. Post-processors, truncation and padding are left to the caller.
TokenizerParts parse_tokenizer_json(std::string_view text, std::string_view where);

}  // namespace unipic::text
