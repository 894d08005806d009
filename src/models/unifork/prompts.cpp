#include "models/unifork/prompts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"

namespace unipic::unifork {
namespace {

constexpr std::string_view kPlace = "<image>";
constexpr std::string_view kSystem =
    "<|im_start|>A chat between a curious user and an artificial intelligence assistant. The "
    "assistant gives helpful, detailed, and polite answers to the user's questions. USER: ";

int64_t id_of(const text::Tokenizer& tokenizer, const char* token, const std::string& where) {
  const auto id = tokenizer.token_id(token);
  check(id.has_value(), "{}: the tokenizer has no '{}'", where, token);
  return *id;
}

}  // namespace

PromptWriter::PromptWriter(text::Tokenizer tokenizer, const std::string& where)
    : tokenizer_(std::move(tokenizer)),
      pad_id_(id_of(tokenizer_, "<|vision_pad|>", where)),
      start_id_(id_of(tokenizer_, "<|im_start|>", where)),
      end_id_(id_of(tokenizer_, "<|im_end|>", where)) {}

TokenIds PromptWriter::encode(std::string_view text) const {
  TokenIds ids;
  for (;;) {
    const size_t place = text.find(kPlace);
    const auto piece = tokenizer_.encode(text.substr(0, place));
    ids.insert(ids.end(), piece.begin(), piece.end());
    if (place == std::string_view::npos) return ids;
    ids.push_back(kImageId);
    text.remove_prefix(place + kPlace.size());
  }
}

TokenIds PromptWriter::draw(std::string_view prompt) const {
  return tokenizer_.encode(fmt::format("<|im_start|>USER: {} ASSISTANT: ", prompt));
}

TokenIds PromptWriter::ask(std::string_view question) const {
  auto ids = tokenizer_.encode(kSystem);
  ids.push_back(kImageId);
  const auto rest = tokenizer_.encode(fmt::format("\n{} ASSISTANT:", question));
  ids.insert(ids.end(), rest.begin(), rest.end());
  return ids;
}

PromptRows make_rows(const PromptWriter& writer, const std::vector<std::string>& prompts,
                     const std::vector<std::string>& negatives) {
  std::vector<TokenIds> different;
  std::map<std::string, int64_t> known;
  std::vector<int64_t> rows;
  size_t longest = 0;
  for (const auto* texts : {&prompts, &negatives}) {
    for (const auto& text : *texts) {
      const auto [entry, is_new] = known.try_emplace(text, static_cast<int64_t>(different.size()));
      if (is_new) different.push_back(writer.draw(text));
      longest = std::max(longest, different.back().size());
      rows.push_back(entry->second);
    }
  }
  const std::vector<int64_t> sizes = {static_cast<int64_t>(different.size()),
                                      static_cast<int64_t>(longest)};
  PromptRows batch = {torch::full(sizes, writer.pad_id(), torch::kLong),
                      torch::zeros(sizes, torch::kLong), torch::tensor(rows, torch::kLong)};
  for (int64_t prompt = 0; prompt < sizes[0]; ++prompt) {
    const auto& ids = different[static_cast<size_t>(prompt)];
    const auto length = static_cast<int64_t>(ids.size());
    batch.ids_UP[prompt].narrow(0, sizes[1] - length, length).copy_(torch::tensor(ids));
    batch.mask_UP[prompt].narrow(0, sizes[1] - length, length).fill_(1);
  }
  return batch;
}

}  // namespace unipic::unifork
