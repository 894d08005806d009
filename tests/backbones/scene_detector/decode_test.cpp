#include "backbones/scene_detector/decode.h"

#include <gtest/gtest.h>

#include "backbones/scene_detector/labelled_scenes.h"
#include "backbones/scene_detector/loss.h"

namespace unipic::scene_detector {
namespace {

constexpr double kCertain = 20;  // a logit beside zeros

// Of cells that know exactly what they should say.
Output ideal_output(const Config& config, const Targets& targets) {
  const auto logits = [&](const torch::Tensor& wanted_BGG, int64_t count) {
    const auto one_hot = torch::one_hot(wanted_BGG.clamp_min(0), count);
    return kCertain * one_hot.permute({0, 3, 1, 2}).to(torch::kFloat);
  };
  const auto nothing = torch::full_like(targets.classes_BGG, config.num_classes());
  const auto classes_BGG =
      torch::where(targets.classes_BGG == kIgnored, nothing, targets.classes_BGG);
  return {.class_logits_BNGG = logits(classes_BGG, config.num_classes() + 1),
          .sides_B4GG = targets.sides_B4GG,
          .colour_logits_BKGG = logits(targets.colours_BGG, config.num_colours())};
}

std::vector<Object> sorted(std::vector<Object> objects) {
  std::sort(objects.begin(), objects.end(), [](const Object& a, const Object& b) {
    return std::pair(a.box.left, a.box.top) < std::pair(b.box.left, b.box.top);
  });
  return objects;
}

void expect_same(const std::vector<Object>& found, const std::vector<Object>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(found[i].class_index, wanted[i].class_index);
    EXPECT_EQ(found[i].colour_index, wanted[i].colour_index);
    EXPECT_NEAR(found[i].box.left, wanted[i].box.left, 1e-4);
    EXPECT_NEAR(found[i].box.top, wanted[i].box.top, 1e-4);
    EXPECT_NEAR(found[i].box.right, wanted[i].box.right, 1e-4);
    EXPECT_NEAR(found[i].box.bottom, wanted[i].box.bottom, 1e-4);
    EXPECT_GT(found[i].score, 0.99F);
    EXPECT_GT(found[i].colour_scores[static_cast<size_t>(wanted[i].colour_index)], 0.99F);
  }
}

TEST(Decode, GivesBackTheObjectsOfScenesFromTheirTargets) {
  const auto config = test::scene_config(128);
  std::vector<std::vector<Object>> wanted;
  for (uint64_t index = 0; index < 400; ++index) {
    wanted.push_back(test::labelled_scene(index, config.size).objects);
  }
  const auto found = decode(config, ideal_output(config, make_targets(config, wanted)));
  ASSERT_EQ(found.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "scene " << i);
    expect_same(sorted(found[i]), sorted(wanted[i]));
  }
}

TEST(Decode, TakesTheSurerOfTwoBoxesOfOneThing) {
  auto config = test::scene_config(64);
  std::vector<std::vector<Object>> wanted(1);
  wanted[0] = {{.class_index = 5, .colour_index = 2, .box = {10, 12, 50, 52}}};
  auto output = ideal_output(config, make_targets(config, wanted));
  // A cell in the middle that is less sure and sees another class.
  const int64_t row = 3, column = 3;
  output.class_logits_BNGG[0][5][row][column] = 0;
  output.class_logits_BNGG[0][9][row][column] = 8;
  const auto found = decode(config, output);
  ASSERT_EQ(found[0].size(), 1);
  EXPECT_EQ(found[0][0].class_index, 5);

  // If it is apart, it is another thing.
  output.sides_B4GG.select(2, row).select(2, column).fill_(0.02);
  EXPECT_EQ(decode(config, output)[0].size(), 2);
}

TEST(Decode, LeavesOutWhatIsUnlikely) {
  const auto config = test::scene_config(64);
  const std::vector<std::vector<Object>> nothing(1);
  const auto output = ideal_output(config, make_targets(config, nothing));
  EXPECT_TRUE(decode(config, output)[0].empty());
  EXPECT_EQ(
      decode(config, output, {.least_score = 0, .most_overlap = 2, .most_inside = 2})[0].size(),
      64);
}

}  // namespace
}  // namespace unipic::scene_detector
