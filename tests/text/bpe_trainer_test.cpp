#include "text/bpe_trainer.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::text {
namespace {

using Merges = std::vector<std::pair<std::string, std::string>>;

TEST(BpeTrainer, MergesTheMostFrequentPairFirst) {
  BpeTrainer trainer;
  for (int count = 0; count < 3; ++count) trainer.add("abab");
  trainer.add("cd cd");
  const auto vocabulary = trainer.train(259);
  // "ab" occurs six times, "ab"+"ab" three; then "cd" and " c" twice and once.
  EXPECT_EQ(vocabulary.merges, (Merges{{"a", "b"}, {"ab", "ab"}, {"c", "d"}}));
  EXPECT_EQ(vocabulary.tokens.size(), 259);
  EXPECT_EQ(vocabulary.tokens.back(), "cd");
}

TEST(BpeTrainer, BreaksTiesByTheBytes) {
  BpeTrainer trainer;
  trainer.add("xy");
  trainer.add("xy");
  trainer.add("ab");
  trainer.add("ab");
  EXPECT_EQ(trainer.train(258).merges, (Merges{{"a", "b"}, {"x", "y"}}));
}

TEST(BpeTrainer, NeverMergesAcrossWordsOrWhatOccursOnce) {
  BpeTrainer trainer;
  trainer.add("a b a b a b");
  // The words are "a", " b", " a": nothing but the space joins.
  EXPECT_EQ(trainer.train(1000).merges, (Merges{{" ", "b"}, {" ", "a"}}));
}

TEST(BpeTrainer, RefusesAVocabularySmallerThanTheBytes) {
  EXPECT_EQ(test::error_of([] { BpeTrainer().train(255); }),
            "a vocabulary of 255 tokens; the single bytes are 256");
}

}  // namespace
}  // namespace unipic::text
