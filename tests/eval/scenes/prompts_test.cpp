#include "eval/scenes/prompts.h"

#include <gtest/gtest.h>

#include "data/scenes/held_out.h"
#include "data/scenes/shared.h"
#include "support/temporary_folder.h"

namespace unipic::eval {
namespace {

using scenes::test::catalogue;
using scenes::test::class_named;

scenes::SeenObject object(std::string_view name, std::vector<float> colour_scores,
                          double left = 0) {
  return {.class_index = static_cast<int64_t>(class_named(name)),
          .colour_index = 0,
          .box = {left, 0, left + 20, 20},
          .score = 0.5F,
          .colour_scores = std::move(colour_scores)};
}

std::vector<float> colours(std::initializer_list<std::pair<int64_t, float>> scores) {
  std::vector<float> all(scenes::kNumColours + 1);
  for (const auto& [label, score] : scores) all[static_cast<size_t>(label)] = score;
  return all;
}

constexpr int64_t kRed = 0, kBlue = 4, kWhite = 9, kGrey = 10;

GenEvalPrompt coloured(const std::string& name, Color color) {
  return {.tag = "colors", .prompt = "p", .include = {{.class_name = name, .color = color}}};
}

TEST(ScenePrompts, AreAllOfGenEvalsBecauseEveryClassIsDrawn) {
  const auto prompts = scene_prompts(catalogue());
  ASSERT_EQ(prompts.size(), 553);
  EXPECT_EQ(prompts[552].line, 552);
  const auto held_out = std::count_if(prompts.begin(), prompts.end(),
                                      [](const ScenePrompt& prompt) { return prompt.held_out; });
  EXPECT_GT(held_out, 20);
  EXPECT_LT(held_out, 80);
}

TEST(ScenePrompts, AreSpreadOverTheWholeList) {
  const auto few = spread(scene_prompts(catalogue()), 12);
  ASSERT_EQ(few.size(), 12);
  std::set<std::string> tags;
  for (const auto& prompt : few) tags.insert(prompt.prompt.tag);
  EXPECT_EQ(tags.size(), 6);
  EXPECT_EQ(spread(scene_prompts(catalogue()), 0).size(), 553);
  EXPECT_EQ(spread(scene_prompts(catalogue()), 1000).size(), 553);
}

TEST(ScenePrompts, OfAFileKeepTheirLinesAndLeaveOutClassesThatAreNotDrawn) {
  const test::TemporaryFolder folder;
  test::write_file(
      folder / "prompts.jsonl",
      R"({"tag": "single_object", "include": [{"class": "unicycle", "count": 1}], "prompt": "a"}
{"tag": "single_object", "include": [{"class": "tent", "count": 1}], "prompt": "a photo of a tent"}
)");
  const auto prompts = scene_prompts(catalogue(), folder / "prompts.jsonl");
  ASSERT_EQ(prompts.size(), 1);
  EXPECT_EQ(prompts[0].line, 1);
  EXPECT_EQ(prompts[0].prompt.prompt, "a photo of a tent");
}

TEST(ScenePrompts, OfAFileWithoutAKnownClassAreRefused) {
  const test::TemporaryFolder folder;
  test::write_file(
      folder / "prompts.jsonl",
      R"({"tag": "single_object", "include": [{"class": "unicycle", "count": 1}], "prompt": "a"}
)");
  EXPECT_THROW(scene_prompts(catalogue(), folder / "prompts.jsonl"), Error);
}

TEST(ScenePrompts, KnowWhatIsHeldOut) {
  for (const auto& name : {"dog", "bus", "cup", "clock"}) {
    for (int i = 0; i < 10; ++i) {
      const auto color = static_cast<Color>(i);
      EXPECT_EQ(asks_for_held_out(coloured(name, color), catalogue()),
                scenes::is_held_out(catalogue().at(class_named(name)),
                                    *scenes::colour_named(color_name(color))));
    }
  }
}

TEST(JudgeDrawn, TakesTheLikeliestOfGenEvalsColours) {
  const auto judged = [](const scenes::SeenObject& seen, Color wanted) {
    const auto& name = catalogue().at(static_cast<size_t>(seen.class_index)).name;
    return judge_drawn({seen}, coloured(name, wanted), catalogue()).correct;
  };
  const auto car = object("car", colours({{kGrey, 0.6F}, {kBlue, 0.3F}, {kRed, 0.1F}}));
  EXPECT_TRUE(judged(car, Color::kBlue));
  EXPECT_FALSE(judged(car, Color::kRed));
}

TEST(JudgeDrawn, TakesTheLikeliestNamedColourOfNaturalOnes) {
  const auto hydrant = object(
      "fire hydrant", colours({{scenes::kNaturalLabel, 0.9F}, {kWhite, 0.02F}, {kRed, 0.08F}}));
  EXPECT_TRUE(judge_drawn({hydrant}, coloured("fire hydrant", Color::kRed), catalogue()).correct);
  EXPECT_FALSE(
      judge_drawn({hydrant}, coloured("fire hydrant", Color::kWhite), catalogue()).correct);
}

TEST(JudgeDrawn, AsksTheObjectsThatItTookForTheirColour) {
  GenEvalPrompt prompt{.tag = "color_attr",
                       .prompt = "p",
                       .include = {{.class_name = "car", .color = Color::kRed},
                                   {.class_name = "cup", .color = Color::kBlue}}};
  const auto car = object("car", colours({{kRed, 1}}));
  const auto cup = object("cup", colours({{kBlue, 1}}), 50);
  EXPECT_TRUE(judge_drawn({car, cup}, prompt, catalogue()).correct);
  const auto swapped =
      judge_drawn({object("car", colours({{kBlue, 1}})), object("cup", colours({{kRed, 1}}), 50)},
                  prompt, catalogue());
  EXPECT_FALSE(swapped.correct);
  EXPECT_EQ(swapped.reason(),
            "expected red car>=1, found 0 red; and 1 blue\nexpected blue cup>=1, found 0 blue; and "
            "1 red");
}

}  // namespace
}  // namespace unipic::eval
