#include "eval/scenes/edit_judge.h"

#include <gtest/gtest.h>

#include "data/scenes/sample.h"
#include "eval/scenes/oracle.h"

namespace unipic::eval {
namespace {

using scenes::Edit;
using scenes::EditKind;
using scenes::Scene;
using scenes::test::catalogue;

constexpr int64_t kSide = 64;
constexpr uint64_t kNumEdits = 40;  // of each kind

Edit edit_of_kind(EditKind kind, uint64_t index) {
  return scenes::edit_sample({.seed = 77, .index = index}, {.split = scenes::Split::kAny},
                             catalogue(), kind);
}

// The verdict on an exact picture of `result`.
EditVerdict judged(const Edit& edit, const Scene& result) {
  const auto picture = scenes::render(result, catalogue(), kSide, kSide);
  test::Witness witness;
  witness.remember(picture.image, scenes::labels_of(result, picture));
  return judge_edit(edit, picture.image, witness.look(), catalogue());
}

class JudgedEdit : public testing::TestWithParam<size_t> {
 protected:
  EditKind kind() const { return static_cast<EditKind>(GetParam()); }
};

TEST_P(JudgedEdit, IsRightIfItIsTheTarget) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of_kind(kind(), index);
    const auto verdict = judged(edit, edit.after);
    EXPECT_TRUE(verdict.correct) << edit.instruction << ": " << verdict.reason;
    EXPECT_EQ(verdict.reason, "");
  }
}

TEST_P(JudgedEdit, IsWrongIfNothingChanged) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of_kind(kind(), index);
    const auto verdict = judged(edit, edit.before);
    EXPECT_FALSE(verdict.correct) << edit.instruction;
    EXPECT_NE(verdict.reason, "");
  }
}

TEST_P(JudgedEdit, IsWrongIfThePictureIsEmpty) {
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of_kind(kind(), index);
    const Image blank = {
        .width = kSide, .height = kSide, .pixels = std::vector<uint8_t>(3 * kSide * kSide, 128)};
    EXPECT_FALSE(judge_edit(edit, blank, test::Witness().look(), catalogue()).correct)
        << edit.instruction;
  }
}

TEST_P(JudgedEdit, IsWrongIfAnUntouchedObjectIsGone) {
  if (kind() == EditKind::kStyle) return;  // Nothing is looked for in it.
  int num_seen = 0;
  for (uint64_t index = 0; index < kNumEdits; ++index) {
    const auto edit = edit_of_kind(kind(), index);
    const auto kept = scenes::difference(edit.before, edit.after).kept;
    if (kept.empty()) continue;
    ++num_seen;
    auto result = edit.after;
    std::erase_if(result.objects, [&](const auto& object) { return object.id == kept[0]; });
    EXPECT_FALSE(judged(edit, result).correct) << edit.instruction;
  }
  EXPECT_GT(num_seen, 3);
}

INSTANTIATE_TEST_SUITE_P(OfEachKind, JudgedEdit, testing::Range<size_t>(0, scenes::kNumEditKinds),
                         [](const auto& info) {
                           return std::string(name_of(static_cast<EditKind>(info.param)));
                         });

// A dog on the left, and the edit's other objects.
Scene scene_with(std::vector<scenes::SceneObject> objects) {
  Scene scene;
  scene.objects = std::move(objects);
  return scene;
}

scenes::SceneObject thing(int id, std::string_view name, double x, double y,
                          std::optional<scenes::Colour> colour = {}) {
  return {.id = id,
          .class_index = scenes::test::class_named(name),
          .sprite = 0,
          .colour = colour,
          .placement = {.x = x, .y = y, .size = 0.25}};
}

TEST(EditJudge, LetsAnAddedThingBeAnywhereAndOfAnyColourUnlessAskedFor) {
  const auto dog = thing(0, "dog", 0.2, 0.2);
  Edit edit{.kind = EditKind::kAdd,
            .instruction = "Add a cup",
            .before = scene_with({dog}),
            .after = scene_with({dog, thing(1, "cup", 0.8, 0.8)}),
            .goal = {}};
  const auto elsewhere = scene_with({dog, thing(1, "cup", 0.2, 0.7, scenes::Colour::kRed)});
  EXPECT_TRUE(judged(edit, elsewhere).correct) << judged(edit, elsewhere).reason;

  edit.after.objects[1].colour = scenes::Colour::kBlue;
  EXPECT_EQ(judged(edit, elsewhere).reason, "no blue cup where one should be");
  edit.after.objects[1].colour.reset();
  edit.goal = scenes::PlaceGoal{
      .id = 1, .region = scenes::Region::kBottomRight, .relation = {}, .target_id = 0};
  EXPECT_EQ(judged(edit, elsewhere).reason, "no cup where one should be");
  EXPECT_TRUE(judged(edit, edit.after).correct);
}

TEST(EditJudge, MovesBesideWhereTheTargetWasFound) {
  const auto dog = thing(0, "dog", 0.5, 0.5);
  Edit edit{.kind = EditKind::kMove,
            .instruction = "Move the cup to the left of the dog",
            .before = scene_with({dog, thing(1, "cup", 0.8, 0.2)}),
            .after = scene_with({dog, thing(1, "cup", 0.15, 0.5)}),
            .goal = scenes::PlaceGoal{
                .id = 1, .region = {}, .relation = scenes::Relation::kLeftOf, .target_id = 0}};
  EXPECT_TRUE(judged(edit, scene_with({dog, thing(1, "cup", 0.2, 0.55)})).correct);
  EXPECT_FALSE(judged(edit, scene_with({dog, thing(1, "cup", 0.85, 0.5)})).correct);
}

TEST(EditJudge, CountsWithoutAskingWhichOfThemStayed) {
  const auto cups = [](std::initializer_list<double> places) {
    std::vector<scenes::SceneObject> objects = {thing(9, "dog", 0.2, 0.8)};
    int id = 0;
    for (const double x : places) objects.push_back(thing(id++, "cup", x, 0.2));
    return scene_with(objects);
  };
  const Edit edit{.kind = EditKind::kCount,
                  .instruction = "Make it one cup",
                  .before = cups({0.15, 0.5, 0.85}),
                  .after = cups({0.15}),
                  .goal = {}};
  EXPECT_TRUE(judged(edit, cups({0.85})).correct);
  EXPECT_EQ(judged(edit, cups({0.15, 0.85})).reason, "a cup that should not be there");
  EXPECT_EQ(judged(edit, scene_with({thing(0, "cup", 0.15, 0.2)})).reason,
            "no dog where one should be");
}

TEST(EditJudge, DoesNotCountWhatItIsNotSureOf) {
  const auto dog = thing(0, "dog", 0.2, 0.2), cup = thing(1, "cup", 0.8, 0.8);
  const Edit edit{.kind = EditKind::kRemove,
                  .instruction = "Remove the cup",
                  .before = scene_with({dog, cup}),
                  .after = scene_with({dog}),
                  .goal = {}};
  const auto picture = scenes::render(edit.before, catalogue(), kSide, kSide);
  auto labels = scenes::labels_of(edit.before, picture);
  const Look look = [&](const Image&) { return labels; };
  labels[1].score = 0.31F;
  EXPECT_FALSE(judge_edit(edit, picture.image, look, catalogue()).correct);
  labels[1].score = 0.3F;
  EXPECT_TRUE(judge_edit(edit, picture.image, look, catalogue()).correct);
}

}  // namespace
}  // namespace unipic::eval
