#include "text/bpe_writer.h"

#include <gtest/gtest.h>

namespace unipic::text {
namespace {

BpeVocabulary learnt() {
  BpeTrainer trainer;
  for (int i = 0; i < 8; ++i) trainer.add("a red apple and a green apple; süß \t\"quoted\"");
  return trainer.train(300);
}

TEST(BpeWriter, MakesATokenizerThatUsesTheMerges) {
  const auto tokenizer = make_tokenizer(learnt());
  const std::string text = "a green apple, süß";
  const auto ids = tokenizer.encode(text);
  EXPECT_EQ(tokenizer.decode(ids), text);
  EXPECT_LT(ids.size(), text.size() / 2);
}

TEST(BpeWriter, GivesTheVocabularyItsOwnIds) {
  const auto vocabulary = learnt();
  const auto json = vocab_json(vocabulary);
  ASSERT_EQ(json.size(), vocabulary.tokens.size());
  EXPECT_EQ(json.at("a").get<int64_t>(), 'a');
  EXPECT_EQ(make_tokenizer(vocabulary).vocab_size(),
            static_cast<int64_t>(vocabulary.tokens.size()));
}

}  // namespace
}  // namespace unipic::text
