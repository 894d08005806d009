#include "models/unipic2/prompts.h"

#include <gtest/gtest.h>

namespace unipic::unipic2 {
namespace {

TEST(PromptTexts, HasEachTextOnce) {
  const PromptTexts prompts({"dog", "cat", "dog"}, {"", "", "cat"});
  EXPECT_EQ(prompts.texts(), (std::vector<std::string>{"dog", "cat", ""}));
  const auto rows = torch::tensor({10, 20, 30}, torch::kFloat);
  const auto pair = prompts.pair({rows.view({3, 1, 1}), rows.view({3, 1})});
  EXPECT_TRUE(pair.positive.pooled_BP.flatten().equal(torch::tensor({10, 20, 10}, torch::kFloat)));
  EXPECT_TRUE(pair.negative.prompt_BSE.flatten().equal(torch::tensor({30, 30, 20}, torch::kFloat)));
}

TEST(PromptTexts, NeedNoNegatives) {
  const PromptTexts prompts({"dog"}, {});
  const auto pair = prompts.pair({torch::zeros({1, 2, 3}), torch::zeros({1, 4})});
  EXPECT_TRUE(pair.positive.prompt_BSE.defined());
  EXPECT_FALSE(pair.negative.prompt_BSE.defined());
}

}  // namespace
}  // namespace unipic::unipic2
