#include "eval/geneval/verdict.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::eval {
namespace {

Detection object(const std::string& class_name, float left) {
  return {.class_name = class_name, .box = {left, 100, left + 20, 120}, .score = 0.95f};
}

// Sees a given list of objects, all of one colour.
class OneColorJudge : public Judge {
 public:
  OneColorJudge(std::vector<Detection> objects, Color color)
      : objects_(std::move(objects)), color_(color) {}

  std::vector<Detection> detect(const Image&) override { return objects_; }
  std::vector<Color> name_colors(const Image&, std::string_view,
                                 std::span<const Detection> objects) override {
    num_asked += static_cast<int64_t>(objects.size());
    return std::vector<Color>(objects.size(), color_);
  }

  int64_t num_asked = 0;

 private:
  std::vector<Detection> objects_;
  Color color_;
};

GenEvalPrompt two_red_cars() {
  return {.tag = "colors",
          .prompt = "two red cars",
          .include = {{.class_name = "car", .count = 2, .color = Color::kRed}}};
}

TEST(Verdict, AsksTheJudgeOnlyForColorsOfObjectsThatAreTaken) {
  OneColorJudge judge({object("car", 0), object("dog", 0), object("car", 50), object("car", 100)},
                      Color::kRed);
  EXPECT_TRUE(judge_image({}, two_red_cars(), judge).correct);
  EXPECT_EQ(judge.num_asked, 2);
  OneColorJudge lonely({object("car", 0)}, Color::kRed);
  EXPECT_FALSE(judge_image({}, two_red_cars(), lonely).correct);
  EXPECT_EQ(lonely.num_asked, 0);
}

TEST(Verdict, GivesEveryReasonOnItsLine) {
  GenEvalPrompt prompt{
      .tag = "position",
      .prompt = "p",
      .include = {{.class_name = "cat"},
                  {.class_name = "dog", .placement = Placement{Relation::kLeftOf, 0}}},
      .exclude = {{.class_name = "dog", .count = 1}}};
  OneColorJudge judge({object("dog", 0)}, Color::kRed);
  const auto verdict = judge_image({}, prompt, judge);
  EXPECT_FALSE(verdict.correct);
  EXPECT_EQ(verdict.reason(),
            "expected cat>=1, found 0\nno target for dog to be left of\nexpected dog<1, found 1");
}

TEST(Verdict, MovingAllObjectsTogetherChangesNothing) {
  const GenEvalPrompt prompt{
      .tag = "position",
      .prompt = "p",
      .include = {{.class_name = "cat"},
                  {.class_name = "dog", .placement = Placement{Relation::kRightOf, 0}}}};
  for (const float shift : {-300.0f, 0.0f, 300.0f}) {
    OneColorJudge right({object("cat", shift), object("dog", 100 + shift)}, Color::kRed);
    EXPECT_TRUE(judge_image({}, prompt, right).correct);
    OneColorJudge wrong({object("cat", 100 + shift), object("dog", shift)}, Color::kRed);
    EXPECT_EQ(judge_image({}, prompt, wrong).reason(),
              "expected dog right of target, found left of target");
  }
}

TEST(Verdict, AJudgeMustNameTheColorOfEachObject) {
  const Objects objects = {{"car", {object("car", 0), object("car", 50)}}};
  const auto one_color = [](std::string_view, std::span<const Detection>) {
    return std::vector{Color::kRed};
  };
  EXPECT_EQ(test::error_of([&] { judge_objects(objects, two_red_cars(), one_color, {}); }),
            "a judge named 1 colors of 2 objects");
}

}  // namespace
}  // namespace unipic::eval
