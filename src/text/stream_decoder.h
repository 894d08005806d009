#pragma once

#include <cstdint>
#include <string>

#include "text/tokenizer.h"

namespace unipic::text {

// Decodes tokens as they come. All that `push` and `finish` return, joined, is what
// `Tokenizer::decode` gives for the same ids.
class StreamDecoder {
 public:
  // `tokenizer` must outlive this.
  explicit StreamDecoder(const Tokenizer& tokenizer, bool skip_special = false)
      : tokenizer_(tokenizer), skip_special_(skip_special) {}

  // The text that `id` completes: whole code points only, perhaps none.
  std::string push(int64_t id);
  // The rest: U+FFFD if the tokens end inside a code point. The next `push` begins a new text.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  bool skip_special_;
  std::string incomplete_;
};

}  // namespace unipic::text
