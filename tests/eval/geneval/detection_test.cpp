#include "eval/geneval/detection.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/error.h"

namespace unipic::eval {
namespace {

Detection apple(float score, const Box& box = {0, 0, 9, 9}) {
  return {.class_name = "apple", .box = box, .score = score};
}

std::vector<float> scores(const Objects& objects, const std::string& class_name) {
  std::vector<float> result;
  for (const auto& object : objects.at(class_name)) result.push_back(object.score);
  return result;
}

TEST(SelectObjects, PutsTheBestFirstAndClassesApart) {
  auto pear = apple(0.7f);
  pear.class_name = "pear";
  const auto objects = select_objects({apple(0.5f), pear, apple(0.9f), apple(0.6f)}, "colors", {});
  EXPECT_EQ(objects.size(), 2);
  EXPECT_EQ(scores(objects, "apple"), (std::vector{0.9f, 0.6f, 0.5f}));
}

TEST(SelectObjects, NeedsAScoreAboveTheThresholdInSinglePrecision) {
  EXPECT_TRUE(select_objects({apple(0.3f), apple(std::nanf(""))}, "colors", {}).empty());
  EXPECT_EQ(select_objects({apple(0.3001f)}, "colors", {}).size(), 1);
  EXPECT_TRUE(select_objects({apple(0.9f)}, "counting", {}).empty());
  EXPECT_EQ(select_objects({apple(0.9001f)}, "counting", {}).size(), 1);
}

TEST(SelectObjects, KeepsAtMostSixteenOfAClass) {
  std::vector<Detection> many;
  for (int i = 0; i < 20; ++i) many.push_back(apple(0.91f + 0.001f * static_cast<float>(i)));
  const auto kept = scores(select_objects(many, "counting", {}), "apple");
  ASSERT_EQ(kept.size(), 16);
  EXPECT_EQ(kept.front(), many.back().score);
}

TEST(SelectObjects, KeepsOverlapsUnlessAskedNotTo) {
  const std::vector<Detection> pile = {apple(0.5f), apple(0.6f), apple(0.7f)};
  EXPECT_EQ(scores(select_objects(pile, "colors", {}), "apple").size(), 3);
  EXPECT_EQ(scores(select_objects(pile, "colors", {.max_overlap = 0.5f}), "apple"),
            std::vector{0.7f});
}

TEST(SelectObjects, RemovesABoxOnlyForABetterOneThatStays) {
  // The middle box overlaps both others, which are apart.
  const std::vector<Detection> row = {apple(0.9f, {0, 0, 9, 9}), apple(0.8f, {4, 0, 13, 9}),
                                      apple(0.7f, {8, 0, 17, 9})};
  const GenEvalOptions options{.max_overlap = 0.4f};
  EXPECT_EQ(scores(select_objects(row, "colors", options), "apple"), (std::vector{0.9f, 0.7f}));
}

TEST(SelectObjects, AnOverlapEqualToTheLimitIsTooMuch) {
  const std::vector<Detection> two = {apple(0.9f, {0, 0, 9, 9}), apple(0.8f, {0, 0, 9, 19})};
  EXPECT_EQ(scores(select_objects(two, "colors", {.max_overlap = 0.5f}), "apple").size(), 1);
  EXPECT_EQ(scores(select_objects(two, "colors", {.max_overlap = 0.51f}), "apple").size(), 2);
}

TEST(GenEvalOptions, RefusesWhatMakesNoSense) {
  const auto refusal = [](const GenEvalOptions& options) {
    return test::error_of([&] { options.validate(); });
  };
  EXPECT_EQ(refusal({}), "no error");
  EXPECT_EQ(refusal({.max_objects = 0}), "at most 0 objects of a class: must be 1 or more");
  EXPECT_EQ(refusal({.max_overlap = 0}), "max overlap 0: must be above 0");
  EXPECT_EQ(refusal({.score_threshold = -1}), "score thresholds -1 and 0.9: must not be negative");
  EXPECT_EQ(refusal({.position_tolerance = std::nanf("")}),
            "position tolerance nan: must not be negative");
}

}  // namespace
}  // namespace unipic::eval
