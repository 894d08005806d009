#include "models/unipic1/training_text.h"

#include <algorithm>
#include <string>

namespace unipic::unipic1 {
namespace {

constexpr std::string_view kImageMarker = "<image>";

std::string without_markers(std::string_view text) {
  std::string clean(text);
  for (size_t at = clean.find(kImageMarker); at != std::string::npos;
       at = clean.find(kImageMarker, at)) {
    clean.erase(at, kImageMarker.size());
  }
  return std::string(stripped(clean));
}

void append(TrainingText& text, const TokenIds& ids, bool learnt) {
  text.ids.insert(text.ids.end(), ids.begin(), ids.end());
  if (learnt) {
    text.labels.insert(text.labels.end(), ids.begin(), ids.end());
  } else {
    text.labels.insert(text.labels.end(), ids.size(), kNoLabel);
  }
}

}  // namespace

TrainingText text_to_draw(const PromptWriter& prompts, std::string_view caption) {
  return {prompts.draw(stripped(caption)), {}};
}

TrainingText text_to_answer(const PromptWriter& prompts, int64_t num_image_tokens,
                            std::string_view question, std::string_view answer) {
  const auto& tokenizer = prompts.tokenizer();
  TrainingText text;
  append(text, prompts.show(num_image_tokens, without_markers(question)), false);
  auto learnt = tokenizer.encode(without_markers(answer));
  learnt.push_back(prompts.end_id());
  append(text, learnt, true);
  append(text, tokenizer.encode("\n"), false);
  return text;
}

TrainingText text_to_edit(const PromptWriter& prompts, int64_t num_image_tokens,
                          std::string_view instruction) {
  TrainingText text;
  text.ids.assign(static_cast<size_t>(num_image_tokens), prompts.image_id());
  const auto asked = prompts.instruct(without_markers(instruction));
  text.ids.insert(text.ids.end(), asked.begin(), asked.end());
  return text;
}

TrainingText text_to_edit_as_asked(const PromptWriter& prompts, int64_t num_image_tokens,
                                   std::string_view instruction) {
  return {prompts.show(num_image_tokens, stripped(instruction)), {}};
}

TextBatch TextBatch::to(torch::Device device) const {
  return {ids_BT.to(device), mask_BT.to(device), labels_BT.to(device)};
}

TextBatch collate(const std::vector<TrainingText>& texts, int64_t pad_id, int64_t max_length) {
  const auto length_of = [&](const TrainingText& text) {
    return std::min(static_cast<int64_t>(text.ids.size()), max_length);
  };
  int64_t longest = 0;
  for (const auto& text : texts) longest = std::max(longest, length_of(text));
  const auto num_rows = static_cast<int64_t>(texts.size());
  TextBatch batch;
  batch.ids_BT = torch::full({num_rows, longest}, pad_id, torch::kLong);
  batch.mask_BT = torch::zeros_like(batch.ids_BT);
  batch.labels_BT = torch::full_like(batch.ids_BT, kNoLabel);
  for (int64_t row = 0; row < num_rows; ++row) {
    const auto& text = texts[static_cast<size_t>(row)];
    const auto length = length_of(text);
    std::copy_n(text.ids.begin(), length, batch.ids_BT[row].data_ptr<int64_t>());
    batch.mask_BT[row].narrow(0, 0, length).fill_(1);
    if (!text.labels.empty()) {
      std::copy_n(text.labels.begin(), length, batch.labels_BT[row].data_ptr<int64_t>());
    }
  }
  return batch;
}

}  // namespace unipic::unipic1
