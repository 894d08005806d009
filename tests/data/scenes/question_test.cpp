#include "data/scenes/question.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "data/scenes/region.h"
#include "data/scenes/shared.h"
#include "data/scenes/text.h"
#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

QuestionSample sample_of(QuestionKind kind, uint64_t index,
                         std::optional<Negatives> negatives = {}) {
  return question_sample({.seed = 31, .epoch = 0, .index = index}, SceneOptions{}, catalogue(),
                         kind, negatives);
}

// The class that a question asks for by one of these words.
size_t asked_class(const std::string& text, bool several) {
  std::optional<size_t> longest;
  for (size_t i = 0; i < catalogue().size(); ++i) {
    const auto& object_class = catalogue().at(i);
    const auto words = several ? plural(object_class) : counted(object_class, 1);
    if (!test::has_word(text, words)) continue;
    if (!longest || catalogue().at(*longest).name.size() < object_class.name.size()) longest = i;
  }
  check(longest.has_value(), "no class in '{}'", text);
  return *longest;
}

// The objects that "the red dog" can mean.
std::vector<size_t> meant(const Scene& scene, const std::string& words) {
  std::vector<size_t> found;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    const auto& object = scene.objects[i];
    const auto& object_class = catalogue().at(object.class_index);
    if (words == definite(object_class) || words == definite(object_class, object.colour)) {
      found.push_back(i);
    }
  }
  return found;
}

Box only_box(const Scene& scene, const std::string& words) {
  const auto found = meant(scene, words);
  check(found.size() == 1, "'{}' means {} objects", words, found.size());
  return box_of(scene.objects[found[0]], catalogue());
}

TEST(Question, OfExistenceIsTrueAndAnsweredYesHalfTheTime) {
  int num_yes = 0;
  for (uint64_t index = 0; index < 1000; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kExistence, index);
    const bool exists = count_of(scene, asked_class(question.text, false)) > 0;
    EXPECT_EQ(question.answer, exists ? "yes" : "no") << question.text;
    EXPECT_EQ(question.negatives.has_value(), !exists);
    num_yes += exists;
  }
  EXPECT_NEAR(num_yes, 500, 60);
}

TEST(Question, DrawsItsNegativesFromWhereItIsTold) {
  for (const auto negatives : {Negatives::kRandom, Negatives::kPopular, Negatives::kAdversarial}) {
    std::set<size_t> seen;
    for (uint64_t index = 0; index < 400; ++index) {
      const auto [scene, question] = sample_of(QuestionKind::kExistence, index, negatives);
      if (question.answer != "no") continue;
      EXPECT_EQ(question.negatives, negatives);
      const size_t asked = asked_class(question.text, false);
      seen.insert(asked);
      EXPECT_TRUE(negatives != Negatives::kPopular || catalogue().at(asked).popular);
      if (negatives != Negatives::kAdversarial) continue;
      bool related = false;
      for (const auto& object : scene.objects) {
        related |= catalogue().at(object.class_index).kind == catalogue().at(asked).kind;
      }
      EXPECT_TRUE(related) << question.text;
    }
    EXPECT_GT(seen.size(), 10U);
  }
}

TEST(Question, NeverAsksForWhatIsThereInPassing) {
  Scene scene = test::scene_of("cake", std::nullopt);
  scene.objects.push_back(test::scene_of("teddy bear", std::nullopt).objects[0]);
  std::set<size_t> asked;
  for (uint64_t index = 0; index < 2000; ++index) {
    RandomStream random({.seed = 1, .epoch = 0, .index = index});
    const auto question = make_question(QuestionKind::kExistence, scene, catalogue(), random);
    if (question->answer == "no") asked.insert(asked_class(question->text, false));
  }
  EXPECT_GT(asked.size(), 120U);
  for (const auto* name : {"candle", "strawberry", "bear", "cake"}) {
    EXPECT_FALSE(asked.contains(test::class_named(name))) << name;
  }
}

TEST(Question, OfNumberIsTheNumber) {
  std::map<std::string, int> answers;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kCount, index);
    ++answers[question.answer];
    const auto expected =
        question.text.find("objects") != std::string::npos
            ? scene.objects.size()
            : static_cast<size_t>(count_of(scene, asked_class(question.text, true)));
    EXPECT_EQ(question.answer, std::to_string(expected)) << question.text;
  }
  EXPECT_EQ(answers.size(), kMaxObjects);
}

TEST(Question, OfColourIsTheOneColourOfWhatItNames) {
  std::set<std::string> answers;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kColour, index);
    const auto match = test::captures(question.text, {"Wh* color is *?", "Wh* color are *?"});
    ASSERT_TRUE(match) << question.text;
    answers.insert(question.answer);
    const auto& thing = match->at(1);
    if (thing == "the background") {
      EXPECT_EQ(scene.background.kind, BackgroundKind::kPlain);
      EXPECT_EQ(question.answer, name_of(scene.background.colour));
      continue;
    }
    int named = 0;
    for (const auto& object : scene.objects) {
      const auto& object_class = catalogue().at(object.class_index);
      if (thing != definite(object_class) && thing != "the " + plural(object_class)) continue;
      ++named;
      EXPECT_EQ(name_of(object.colour.value()), question.answer) << question.text;
    }
    EXPECT_GE(named, 1) << question.text;
  }
  EXPECT_EQ(answers.size(), kNumColours);
}

TEST(Question, OfRelationFollowsGenEvalsRule) {
  const std::map<std::string, Relation> sides = {{"left", Relation::kLeftOf},
                                                 {"right", Relation::kRightOf},
                                                 {"above", Relation::kAbove},
                                                 {"below", Relation::kBelow}};
  int num_open = 0;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kRelation, index);
    if (question.answer == "yes" || question.answer == "no") continue;
    ++num_open;
    auto match =
        test::captures(question.text, {"Where is * relative to *?", "Where are * relative to *?"});
    if (!match) {
      match =
          test::captures(question.text, {"On which side of * is *?", "On which side of * are *?"});
      ASSERT_TRUE(match) << question.text;
      std::swap(match->at(0), match->at(1));
    }
    const auto found = relations(only_box(scene, match->at(0)), only_box(scene, match->at(1)));
    EXPECT_EQ(found, std::vector<Relation>{sides.at(question.answer)}) << question.text;
  }
  EXPECT_NEAR(num_open, 300, 60);
}

TEST(Question, OfRelationIsAnsweredYesHalfTheTime) {
  const std::map<Relation, std::string> words = {{Relation::kLeftOf, " to the left of "},
                                                 {Relation::kRightOf, " to the right of "},
                                                 {Relation::kAbove, " above "},
                                                 {Relation::kBelow, " below "}};
  int num_yes = 0, num_no = 0;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kRelation, index);
    if (question.answer != "yes" && question.answer != "no") continue;
    ++(question.answer == "yes" ? num_yes : num_no);
    bool was_read = false;
    for (const auto& [relation, preposition] : words) {
      const auto match = test::captures(question.text, {("Is *" + preposition + "*?").c_str(),
                                                        ("Are *" + preposition + "*?").c_str()});
      if (!match) continue;
      was_read = true;
      const auto found = relations(only_box(scene, match->at(0)), only_box(scene, match->at(1)));
      const bool holds = found == std::vector<Relation>{relation};
      EXPECT_EQ(question.answer, holds ? "yes" : "no") << question.text;
    }
    EXPECT_TRUE(was_read) << question.text;
  }
  EXPECT_NEAR(num_yes, num_no, 70);
  EXPECT_GT(num_yes, 80);
}

TEST(Question, OfComparisonNamesTheLargerOrTheSmaller) {
  int num_sizes = 0, num_first = 0;
  for (uint64_t index = 0; index < 400; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kComparison, index);
    const auto match = test::captures(question.text, "Which is *, * or *?");
    if (!match) continue;
    ++num_sizes;
    const double a = only_box(scene, match->at(1)).area(), b = only_box(scene, match->at(2)).area();
    const bool first = (a > b) == (match->at(0) == "larger");
    EXPECT_EQ("the " + question.answer, match->at(first ? 1 : 2)) << question.text;
    EXPECT_GT(std::max(a / b, b / a), 1.5);
    num_first += first;
  }
  EXPECT_GT(num_sizes, 100);
  EXPECT_NEAR(num_first, num_sizes / 2, 45);
}

TEST(Question, OfComparisonNamesTheMoreNumerous) {
  int num_read = 0;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kComparison, index);
    const auto match = test::captures(question.text, "Are there more * or more *?");
    if (!match) continue;
    ++num_read;
    const auto count = [&objects = scene.objects](const std::string& words) {
      return std::ranges::count_if(objects, [&](const SceneObject& object) {
        return plural(catalogue().at(object.class_index)) == words;
      });
    };
    const auto a = count(match->at(0)), b = count(match->at(1));
    EXPECT_NE(a, b);
    EXPECT_EQ(question.answer, match->at(a > b ? 0 : 1));
  }
  EXPECT_GT(num_read, 60);
}

TEST(Question, OfPositionNamesTheNinth) {
  std::set<std::string> answers;
  for (uint64_t index = 0; index < 500; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kPosition, index);
    const auto match = test::captures(
        question.text, {"Where in the picture is *?", "Where in the picture are *?",
                        "In which part of the image is *?", "In which part of the image are *?"});
    ASSERT_TRUE(match) << question.text;
    const auto box = only_box(scene, match->at(0));
    const auto ninth =
        3 * static_cast<int>(3 * box.centre_y()) + static_cast<int>(3 * box.centre_x());
    EXPECT_EQ(question.answer, name_of(static_cast<Region>(ninth))) << question.text;
    answers.insert(question.answer);
  }
  EXPECT_EQ(answers.size(), kNumRegions);
}

TEST(Question, ShowsEveryKindByItself) {
  std::map<QuestionKind, int> kinds;
  for (uint64_t index = 0; index < 400; ++index) {
    const auto sample =
        question_sample({.seed = 1, .epoch = 0, .index = index}, SceneOptions{}, catalogue());
    EXPECT_FALSE(sample.question.answer.empty());
    ++kinds[sample.question.kind];
  }
  EXPECT_EQ(kinds.size(), kNumQuestionKinds);
}

}  // namespace
}  // namespace unipic::scenes
