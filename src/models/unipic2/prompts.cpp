#include "models/unipic2/prompts.h"

#include <algorithm>

namespace unipic::unipic2 {

PromptTexts::PromptTexts(const std::vector<std::string>& prompts,
                         const std::vector<std::string>& negatives)
    : positive_rows_(rows_of(prompts)), negative_rows_(rows_of(negatives)) {}

std::vector<int64_t> PromptTexts::rows_of(const std::vector<std::string>& texts) {
  std::vector<int64_t> rows;
  for (const auto& text : texts) {
    const auto found = std::ranges::find(texts_, text);
    rows.push_back(found - texts_.begin());
    if (found == texts_.end()) texts_.push_back(text);
  }
  return rows;
}

PromptPair PromptTexts::pair(const EncodedPrompts& encoded) const {
  const auto rows = [&](const std::vector<int64_t>& rows) {
    return encoded.select(torch::tensor(rows, torch::kLong).to(encoded.pooled_BP.device()));
  };
  return {rows(positive_rows_), negative_rows_.empty() ? EncodedPrompts() : rows(negative_rows_)};
}

}  // namespace unipic::unipic2
