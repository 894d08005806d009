#include "models/tar/chat.h"

#include <utility>

#include "base/check.h"

namespace unipic::tar {

PromptWriter::PromptWriter(text::Tokenizer tokenizer, const std::string& where)
    : tokenizer_(std::move(tokenizer)), visual_(find_visual_tokens(tokenizer_, where)) {}

std::vector<int64_t> PromptWriter::turn(std::span<const int64_t> codes,
                                        std::string_view text) const {
  auto user = std::string();
  for (const int64_t code : codes) user += fmt::format("<I{}>", code);
  if (!codes.empty()) user += '\n';
  return tokenizer_.encode(
      fmt::format("<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n{}{}<|im_end|>\n"
                  "<|im_start|>assistant\n",
                  kSystemText, user, text));
}

std::vector<int64_t> PromptWriter::draw(std::string_view prompt, int64_t scale,
                                        std::span<const int64_t> codes) const {
  check_usage(scale >= 0 && scale < visual_.num_scales, "scale {} is not within 0..{}", scale,
              visual_.num_scales - 1);
  auto ids = turn(codes, prompt);
  ids.push_back(visual_.start_id);
  ids.push_back(visual_.scale_id(scale));
  return ids;
}

std::vector<int64_t> PromptWriter::ask(std::span<const int64_t> codes,
                                       std::string_view question) const {
  return turn(codes, question);
}

}  // namespace unipic::tar
