#include "eval/geneval/summary.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::eval {
namespace {

TEST(GenEvalSummary, CountsTagsAlikeHoweverManyPicturesTheyHave) {
  const std::vector<ImageResult> results = {
      {"colors", "a", true}, {"position", "b", false}, {"colors", "a", true},
      {"colors", "c", true}, {"colors", "c", false},
  };
  const auto summary = summarize(results);
  ASSERT_EQ(summary.tags.size(), 2);
  EXPECT_EQ(summary.tags[0].tag, "colors");
  EXPECT_EQ(summary.tags[0].images.value(), 0.75);
  EXPECT_EQ(summary.tags[1].images.value(), 0);
  EXPECT_EQ(summary.overall, 0.375);
  EXPECT_EQ(summary.images.percent(), "60.00");
  EXPECT_EQ(summary.prompts.num_correct, 2);
  EXPECT_EQ(summary.prompts.percent(), "66.67");
}

TEST(GenEvalSummary, RefusesToSummarizeNothing) {
  EXPECT_EQ(test::error_of([] { summarize({}); }), "GenEval: no results to summarize");
}

}  // namespace
}  // namespace unipic::eval
