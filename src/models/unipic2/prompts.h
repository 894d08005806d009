#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

// B prompts, S tokens, E width of the transformer's context.

namespace unipic::unipic2 {

// Prompts as the transformer takes them.
struct EncodedPrompts {
  torch::Tensor prompt_BSE, pooled_BP;

  EncodedPrompts select(const torch::Tensor& rows) const {
    return {prompt_BSE.index_select(0, rows), pooled_BP.index_select(0, rows)};
  }
};

// Those of pictures that are drawn together.
struct PromptPair {
  EncodedPrompts positive;
  EncodedPrompts negative;  // undefined tensors where nothing is guided
};

// What of many pictures' texts has to be encoded: each text once.
class PromptTexts {
 public:
  // One a picture each; without `negatives` nothing is guided.
  PromptTexts(const std::vector<std::string>& prompts, const std::vector<std::string>& negatives);

  const std::vector<std::string>& texts() const { return texts_; }
  // The pictures' prompts, given that of each text.
  PromptPair pair(const EncodedPrompts& encoded) const;

 private:
  std::vector<int64_t> rows_of(const std::vector<std::string>& texts);

  std::vector<std::string> texts_;
  std::vector<int64_t> positive_rows_, negative_rows_;
};

}  // namespace unipic::unipic2
