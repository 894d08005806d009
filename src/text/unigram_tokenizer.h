#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "text/added_tokens.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace unipic::text {

// A SentencePiece model as T5 uses it: added tokens are cut out, the rest is normalised and cut
// into its most likely pieces. Const members may be called from several threads.
class UnigramTokenizer {
 public:
  // The bytes of a spiece.model. Throws `Error` that names `where` if they are none, or an added
  // token is too long.
  UnigramTokenizer(std::string_view model, const std::vector<AddedToken>& added_tokens,
                   std::string_view where);
  UnigramTokenizer(UnigramTokenizer&&) noexcept;
  UnigramTokenizer& operator=(UnigramTokenizer&&) noexcept;
  ~UnigramTokenizer();

  // Without start and end. Bytes that are not UTF-8 count as U+FFFD.
  std::vector<int64_t> encode(std::string_view text) const;

  int64_t pad_id() const { return pad_id_; }
  int64_t end_id() const { return end_id_; }

 private:
  std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
  AddedTokenMatcher matcher_;
  int64_t pad_id_, end_id_;
};

}  // namespace unipic::text
