#include "text/unigram_tokenizer.h"

#include <sentencepiece_processor.h>

#include "base/check.h"
#include "text/sentencepiece_check.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

bool load(sentencepiece::SentencePieceProcessor& processor, std::string_view model) {
  if (!has_sound_rules(model)) return false;
  try {
    return processor.LoadFromSerializedProto(model).ok() && processor.GetPieceSize() > 0;
  } catch (const std::exception&) {
    return false;  // of its trie, which some pieces cannot be put into
  }
}

}  // namespace

UnigramTokenizer::UnigramTokenizer(std::string_view model,
                                   const std::vector<AddedToken>& added_tokens,
                                   std::string_view where)
    : processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
  check(load(*processor_, model), "{}: is no SentencePiece model", where);
  pad_id_ = processor_->pad_id();
  end_id_ = processor_->eos_id();
  check(pad_id_ >= 0 && end_id_ >= 0, "{}: has no piece for padding or for the end", where);
  for (const auto& token : added_tokens) {
    check(!token.content.empty() && token.content.size() <= AddedTokenMatcher::kMaxBytes,
          "{}: the added token with id {} has {} bytes, not 1 to {}", where, token.id,
          token.content.size(), AddedTokenMatcher::kMaxBytes);
    matcher_.add(token.content, token);
  }
}

UnigramTokenizer::UnigramTokenizer(UnigramTokenizer&&) noexcept = default;
UnigramTokenizer& UnigramTokenizer::operator=(UnigramTokenizer&&) noexcept = default;
UnigramTokenizer::~UnigramTokenizer() = default;

std::vector<int64_t> UnigramTokenizer::encode(std::string_view text) const {
  std::string valid;
  if (!is_valid_utf8(text)) text = valid = replace_invalid_utf8(text);
  std::vector<int64_t> ids;
  cut_out(
      matcher_, text,
      [&](std::string_view part) {
        std::vector<int> pieces;
        const auto status = processor_->Encode(part, &pieces);
        check(status.ok(), "a text of {} bytes cannot be cut into pieces: {}", part.size(),
              status.error_message());
        ids.insert(ids.end(), pieces.begin(), pieces.end());
      },
      [&](int64_t id) { ids.push_back(id); });
  return ids;
}

}  // namespace unipic::text
