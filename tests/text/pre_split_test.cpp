#include "text/pre_split.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::text {
namespace {

using test::error_of;
using Words = std::vector<std::string_view>;

PreSplitter qwen2() { return PreSplitter(PreSplitter::qwen2_pattern(), "qwen2"); }

TEST(PreSplitter, CutsAsQwen2Does) {
  EXPECT_EQ(qwen2().split("Hello world's  end"), (Words{"Hello", " world", "'s", " ", " end"}));
  EXPECT_EQ(qwen2().split("a12 b"), (Words{"a", "1", "2", " b"}));
  EXPECT_EQ(qwen2().split("x\n\n  \ty"), (Words{"x", "\n\n", "  ", "\ty"}));
  EXPECT_EQ(qwen2().split("hm...\n\n!"), (Words{"hm", "...\n\n", "!"}));
  EXPECT_EQ(qwen2().split("I'LL"), (Words{"I", "'LL"}));
  EXPECT_EQ(qwen2().split("it'\u017f"), (Words{"it", "'\u017f"}));
  EXPECT_EQ(qwen2().split(""), Words{});
}

// The Mongolian vowel separator is no white space in Unicode, U+0085 is.
TEST(PreSplitter, KnowsUnicodesWhiteSpace) {
  EXPECT_EQ(qwen2().split(".\u180e."), (Words{".\u180e."}));
  EXPECT_EQ(qwen2().split(".\u0085."), (Words{".", "\u0085", "."}));
}

TEST(PreSplitter, KeepsWhatLiesBetweenMatches) {
  EXPECT_EQ(PreSplitter(",", "p").split("ab,,c"), (Words{"ab", ",", ",", "c"}));
  EXPECT_EQ(PreSplitter("x*", "p").split("axxb"), (Words{"a", "xx", "b"}));
  EXPECT_EQ(PreSplitter("b\\Kc", "p").split("abcd"), (Words{"ab", "c", "d"}));
}

TEST(PreSplitter, RefusesAPatternThatDoesNotCompile) {
  EXPECT_EQ(error_of([] { PreSplitter("(a", "f.json"); }),
            "f.json: the split pattern '(a' does not compile: missing closing parenthesis");
  EXPECT_EQ(error_of([] { PreSplitter(std::string(5000, 'a'), "f.json"); }),
            "f.json: the split pattern has 5000 bytes, at most 4096 are read");
}

TEST(PreSplitter, StopsAPatternThatBacktracksWithoutEnd) {
  // PCRE2 gives up at once where the b that all of them need is missing.
  const auto text = std::string(2000, 'a') + "cb";
  for (const auto* pattern : {"(a+)+b", "(a|aa)+b", "a*a*a*a*a*a*b", "(?:a*)*b"}) {
    const auto error = error_of([&] { PreSplitter(pattern, "f.json").split(text); });
    EXPECT_TRUE(error.starts_with("f.json: the split pattern ")) << pattern << ": " << error;
  }
}

TEST(PreSplitter, TakesLongRunsOfEachClass) {
  for (const auto* unit : {" ", "\n", "a", "1", ".", "\u00a0", " \n", "\u3000", ".\n", "\u0301"}) {
    std::string text;
    while (text.size() < 1000000) text += unit;
    size_t total = 0;
    for (const auto word : qwen2().split(text + "x")) total += word.size();
    EXPECT_EQ(total, text.size() + 1);
  }
}

}  // namespace
}  // namespace unipic::text
