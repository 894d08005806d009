#include "eval/geneval/prompt.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::eval {
namespace {

using test::error_of;

std::string refusal(const std::string& text) {
  return error_of([&] { parse_geneval_prompts(text, "f"); });
}

// The message for a line with these include clauses.
std::string include_refusal(const std::string& clauses) {
  return refusal(R"({"tag": "t", "prompt": "p", "include": [)" + clauses + "]}");
}

constexpr auto kColors =
    R"({"tag": "colors", "include": [{"class": "car", "count": 1, "color": "red"}], "prompt": "a photo of a red car"})";
constexpr auto kPosition =
    R"({"tag": "position", "include": [{"class": "cat", "count": 1}, {"class": "dog", "count": 2, "position": ["left of", 0]}], "prompt": "a dog"})";
constexpr auto kCounting =
    R"({"tag": "counting", "include": [{"class": "dog", "count": 3}], "exclude": [{"class": "dog", "count": 4}], "prompt": "three dogs"})";

TEST(GenEvalPrompts, AreReadWithEveryKindOfClause) {
  const auto prompts =
      parse_geneval_prompts(fmt::format("{}\r\n\n{}\n{}", kColors, kPosition, kCounting), "f");
  ASSERT_EQ(prompts.size(), 3);
  EXPECT_EQ(prompts[0].tag, "colors");
  EXPECT_EQ(prompts[0].prompt, "a photo of a red car");
  EXPECT_EQ(prompts[0].line, kColors);
  EXPECT_EQ(prompts[0].include.at(0).class_name, "car");
  EXPECT_EQ(prompts[0].include[0].color, Color::kRed);
  EXPECT_FALSE(prompts[0].include[0].placement);
  EXPECT_EQ(prompts[1].include.at(1).count, 2);
  EXPECT_EQ(prompts[1].include[1].placement->relation, Relation::kLeftOf);
  EXPECT_EQ(prompts[1].include[1].placement->target, 0);
  EXPECT_EQ(prompts[2].exclude.at(0).class_name, "dog");
  EXPECT_EQ(prompts[2].exclude[0].count, 4);
}

TEST(GenEvalPrompts, AMalformedLineIsNamed) {
  EXPECT_EQ(refusal(fmt::format("{}\n\n{{\"tag\": }}\n{}", kColors, kCounting)),
            "f: line 3: JSON is malformed at byte 9");
  EXPECT_EQ(refusal(fmt::format("{}\n[]", kColors)), "f: line 2: is not a JSON object");
  EXPECT_EQ(refusal(R"({"tag": "", "prompt": "p", "include": []})"), "f: line 1: 'tag' is empty");
  EXPECT_EQ(refusal(R"({"tag": "t", "include": []})"), "f: line 1: 'prompt' is missing");
  EXPECT_EQ(refusal(R"({"tag": "t", "prompt": "p"})"), "f: line 1: 'include' is missing");
  EXPECT_EQ(refusal(R"({"tag": "t", "prompt": "p", "include": {}})"),
            "f: line 1: 'include' is not a list");
  EXPECT_EQ(refusal(R"({"tag": "t", "prompt": "p", "include": [], "exlude": []})"),
            "f: line 1: unknown key 'exlude'");
  EXPECT_EQ(
      refusal(
          R"({"tag": "t", "prompt": "p", "include": [], "exclude": [{"class": "a", "count": 0}]})"),
      "f: line 1: exclude clause 0: 'count' is 0, not from 1 to 1000");
}

TEST(GenEvalPrompts, AMalformedClauseIsNamed) {
  const std::string where = "f: line 1: include clause ";
  EXPECT_EQ(include_refusal("3"), where + "0: is not a JSON object");
  EXPECT_EQ(include_refusal(R"({"class": "a", "count": 1}, {"class": "b"})"),
            where + "1: 'count' is missing");
  EXPECT_EQ(include_refusal(R"({"class": "a", "count": 1e3})"),
            where + "0: 'count' is not a whole number");
  EXPECT_EQ(include_refusal(R"({"class": "a", "count": 1001})"),
            where + "0: 'count' is 1001, not from 1 to 1000");
  EXPECT_EQ(include_refusal(R"({"class": "a", "count": 1, "color": "teal"})"),
            where + "0: 'teal' is not one of GenEval's ten colors");
  EXPECT_EQ(include_refusal(R"({"class": "a", "count": 1, "colour": "red"})"),
            where + "0: unknown key 'colour'");
}

TEST(GenEvalPrompts, APlacementMustPointToAnEarlierClause) {
  const std::string where = "f: line 1: include clause 0: ";
  const auto placed = [](const std::string& position) {
    return include_refusal(R"({"class": "a", "count": 1, "position": )" + position + "}");
  };
  EXPECT_EQ(placed(R"(["left of", 0])"),
            where + "'position' points to clause 0, which is not an earlier one");
  EXPECT_EQ(placed(R"(["left of", -1])"),
            where + "'position' points to clause -1, which is not an earlier one");
  EXPECT_EQ(placed(R"(["inside", 0])"),
            where + "'inside' is not left of, right of, above or below");
  EXPECT_EQ(placed(R"("left of")"),
            where + "'position' is not a relation and the index of a clause");
  EXPECT_EQ(placed(R"(["left of", 0.5])"),
            where + "'position' is not a relation and the index of a clause");
}

TEST(GenEvalPrompts, AreBoundedInLength) {
  EXPECT_EQ(refusal("\n" + std::string(70000, ' ')),
            "f: line 2: 70000 bytes, at most 65536 are read");
  EXPECT_EQ(refusal(""), "f: holds no prompt");
  EXPECT_EQ(refusal("\n\r\n"), "f: holds no prompt");
}

TEST(GenEvalPrompts, AreReadFromAFile) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "prompts.jsonl", std::string(kCounting) + "\n");
  EXPECT_EQ(read_geneval_prompts(folder / "prompts.jsonl").size(), 1);
  test::write_file(folder / "empty.jsonl", "");
  EXPECT_EQ(error_of([&] { read_geneval_prompts(folder / "empty.jsonl"); }),
            (folder / "empty.jsonl").string() + ": holds no prompt");
}

}  // namespace
}  // namespace unipic::eval
