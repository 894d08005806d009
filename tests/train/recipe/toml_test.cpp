#include "train/recipe/toml.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::train {
namespace {

std::string error_in(const std::string& text) {
  return test::error_of([&] { parse_toml(text, "r.toml"); });
}

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Toml, GivesTheValuesOfAText) {
  EXPECT_EQ(to_toml(parse_toml("a = [1, 2.0, true, 'x\"\\']\nb.'c d' = {}", "r.toml")),
            R"({a = [1, 2.0, true, "x\"\\"], b = {"c d" = {}}})");
}

TEST(Toml, WritesNumbersSoThatTheyReadBackExactly) {
  for (const double number : {0.1, 1.0, 1e300, -5e-324, 123456789.0, 1e16, 0.30000000000000004}) {
    const auto text = to_toml({.value = number});
    const auto table = std::get<RecipeTable>(parse_toml("x = " + text, "r.toml").value);
    EXPECT_EQ(std::get<double>(table[0].value.value), number) << text;
  }
}

TEST(Toml, WritesTextSoThatItReadsBackExactly) {
  std::string text = "\"\\ é";
  for (char c = 1; c < 0x20; ++c) text += c;
  text += '\x7f';
  const auto written = to_toml({.value = text});
  const auto table = std::get<RecipeTable>(parse_toml("x = " + written, "r.toml").value);
  EXPECT_EQ(std::get<std::string>(table[0].value.value), text);
}

TEST(Toml, RefusesWhatIsNoTomlWithItsPlace) {
  EXPECT_EQ(error_in("a = 1\nb = \n").substr(0, 11), "r.toml:2:5:");
  EXPECT_EQ(error_in("a = 1\na = 2").substr(0, 11), "r.toml:2:5:");
  EXPECT_NE(error_in("a = 9223372036854775808"), "no error");
  EXPECT_NE(error_in("a = \"\xff\""), "no error");
  EXPECT_NE(error_in(std::string("a = \"\0\"", 7)), "no error");
  EXPECT_EQ(error_in("\nday = 2024-01-01"),
            "r.toml:2:7: a date or time has no use in a recipe; quote it to make it a string");
}

TEST(Toml, RefusesADuplicateKeyInEveryForm) {
  for (const auto* text : {"a = 1\na = 1", "[t]\n[t]", "a.b = 1\n[a]\nb = 1", "t = {a = 1, a = 2}",
                           "t = []\n[[t]]", "[t]\na = 1\n[[t]]"}) {
    EXPECT_NE(error_in(text), "no error") << text;
  }
}

TEST(Toml, RefusesATextThatIsTooLong) {
  EXPECT_EQ(error_in(std::string((1 << 20) + 1, '\n')),
            "r.toml: 1048577 bytes, at most 1048576 are read as a recipe");
  EXPECT_EQ(error_in(std::string(1 << 20, '\n')), "no error");
}

TEST(Toml, RefusesBracketsNestedTooDeep) {
  const auto nested = [](int depth) {
    return "a = 1\nb = " + repeated("[", depth) + repeated("]", depth);
  };
  EXPECT_EQ(error_in(nested(32)), "no error");
  EXPECT_EQ(error_in(nested(33)), "r.toml:2: brackets nest deeper than 32 levels");
  EXPECT_EQ(error_in("a = " + repeated("{a=", 33)),
            "r.toml:1: brackets nest deeper than 32 levels");
}

TEST(Toml, RefusesKeysOfTooManyParts) {
  EXPECT_EQ(error_in(repeated("a.", 15) + "a = 1"), "no error");
  EXPECT_EQ(error_in(repeated("a.", 16) + "a = 1"), "r.toml:1: a key has more than 16 parts");
  EXPECT_EQ(error_in("[" + repeated("'='.", 200'000) + "a]"),
            "r.toml:1: a key has more than 16 parts");
  EXPECT_EQ(error_in("t = {" + repeated("\"\\\"#\" .", 16) + "a = 1}"),
            "r.toml:1: a key has more than 16 parts");
}

TEST(Toml, TakesDotsAndBracketsInsideStringsAndCommentsForText) {
  const auto text = repeated("a.[{", 50);
  EXPECT_EQ(error_in("a = \"" + text + "\\\"" + text + "\""), "no error");
  EXPECT_EQ(error_in("a = '" + text + "'\nb = '''\n'" + text + "'''"), "no error");
  EXPECT_EQ(error_in("a = \"\"\"\n\"\"" + text + "\"\"\" # " + text + "\n"), "no error");
  EXPECT_EQ(error_in("# \"\n" + repeated("a.", 16) + "a = 1"),
            "r.toml:2: a key has more than 16 parts");
}

}  // namespace
}  // namespace unipic::train
