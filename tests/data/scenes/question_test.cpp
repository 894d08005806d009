#include "data/scenes/question.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "data/scenes/region.h"
#include "data/scenes/shared.h"
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
    const size_t at = text.find(" " + words);
    if (at == text.npos || std::isalpha(static_cast<unsigned char>(text[at + 1 + words.size()]))) {
      continue;
    }
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

const Box only_box(const Scene& scene, const std::string& words) {
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
  const std::regex form("(?:What|Which) color (?:is|are) (.+)\\?");
  std::set<std::string> answers;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kColour, index);
    std::smatch match;
    ASSERT_TRUE(std::regex_match(question.text, match, form)) << question.text;
    answers.insert(question.answer);
    if (match[1] == "the background") {
      EXPECT_EQ(scene.background.kind, BackgroundKind::kPlain);
      EXPECT_EQ(question.answer, name_of(scene.background.colour));
      continue;
    }
    int named = 0;
    for (const auto& object : scene.objects) {
      const auto& object_class = catalogue().at(object.class_index);
      if (match[1] != definite(object_class) && match[1] != "the " + plural(object_class)) continue;
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
  const std::map<std::string, Relation> words = {{"to the left of", Relation::kLeftOf},
                                                 {"to the right of", Relation::kRightOf},
                                                 {"above", Relation::kAbove},
                                                 {"below", Relation::kBelow}};
  const std::regex open("Where (?:is|are) (.+) relative to (.+)\\?");
  const std::regex side("On which side of (.+) (?:is|are) (.+)\\?");
  const std::regex closed("(?:Is|Are) (.+) (to the left of|to the right of|above|below) (.+)\\?");
  int num_yes = 0, num_no = 0;
  for (uint64_t index = 0; index < 600; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kRelation, index);
    std::smatch match;
    if (std::regex_match(question.text, match, closed)) {
      const auto found = relations(only_box(scene, match[1]), only_box(scene, match[3]));
      const auto holds = std::vector<Relation>{words.at(match[2])} == found;
      EXPECT_EQ(question.answer, holds ? "yes" : "no") << question.text;
      ++(holds ? num_yes : num_no);
      continue;
    }
    const bool is_open = std::regex_match(question.text, match, open);
    ASSERT_TRUE(is_open || std::regex_match(question.text, match, side)) << question.text;
    const auto found =
        relations(only_box(scene, match[is_open ? 1 : 2]), only_box(scene, match[is_open ? 2 : 1]));
    EXPECT_EQ(found, std::vector<Relation>{sides.at(question.answer)}) << question.text;
  }
  EXPECT_NEAR(num_yes, num_no, 70);
  EXPECT_GT(num_yes, 80);
}

TEST(Question, OfComparisonNamesTheRightOne) {
  const std::regex size("Which is (larger|smaller), (.+) or (.+)\\?");
  const std::regex number("Are there more (.+) or more (.+)\\?");
  int num_sizes = 0, num_first = 0;
  for (uint64_t index = 0; index < 400; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kComparison, index);
    std::smatch match;
    if (std::regex_match(question.text, match, size)) {
      ++num_sizes;
      const double a = only_box(scene, match[2]).area(), b = only_box(scene, match[3]).area();
      const bool first = (a > b) == (match[1] == "larger");
      EXPECT_EQ("the " + question.answer, match[first ? 2 : 3].str()) << question.text;
      EXPECT_GT(std::max(a / b, b / a), 1.5);
      num_first += first;
      continue;
    }
    ASSERT_TRUE(std::regex_match(question.text, match, number)) << question.text;
    const auto count = [&](const std::string& words) {
      int sum = 0;
      for (const auto& object : scene.objects) {
        sum += plural(catalogue().at(object.class_index)) == words;
      }
      return sum;
    };
    EXPECT_NE(count(match[1]), count(match[2]));
    EXPECT_EQ(question.answer, count(match[1]) > count(match[2]) ? match[1] : match[2]);
  }
  EXPECT_GT(num_sizes, 100);
  EXPECT_NEAR(num_first, num_sizes / 2, 45);
}

TEST(Question, OfPositionNamesTheNinth) {
  const std::regex form("(?:Where in the picture|In which part of the image) (?:is|are) (.+)\\?");
  std::set<std::string> answers;
  for (uint64_t index = 0; index < 500; ++index) {
    const auto [scene, question] = sample_of(QuestionKind::kPosition, index);
    std::smatch match;
    ASSERT_TRUE(std::regex_match(question.text, match, form)) << question.text;
    const auto box = only_box(scene, match[1]);
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
