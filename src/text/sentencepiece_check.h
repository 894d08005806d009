#pragma once

#include <string_view>

namespace unipic::text {

// Whether the normalisation rules in the bytes of a SentencePiece model lead nowhere outside of
// themselves. The library follows them without looking; it does look at the rest.
bool has_sound_rules(std::string_view model);

}  // namespace unipic::text
