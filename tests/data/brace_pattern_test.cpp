#include "data/brace_pattern.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::data {
namespace {

using test::error_of;
using Names = std::vector<std::string>;

TEST(BracePattern, WithoutBracesIsOneName) {
  EXPECT_EQ(expand_braces("a.tar"), Names{"a.tar"});
  EXPECT_EQ(expand_braces(""), Names{""});
}

TEST(BracePattern, RangesCountWithTheirWidthIfTheyBeginWithZero) {
  EXPECT_EQ(expand_braces("s-{0008..0011}.tar"),
            (Names{"s-0008.tar", "s-0009.tar", "s-0010.tar", "s-0011.tar"}));
  EXPECT_EQ(expand_braces("{9..11}"), (Names{"9", "10", "11"}));
  EXPECT_EQ(expand_braces("{0..2}"), (Names{"0", "1", "2"}));
  EXPECT_EQ(expand_braces("{98..100}x"), (Names{"98x", "99x", "100x"}));
}

TEST(BracePattern, ListsAndSeveralBracesVaryTheLastFirst) {
  EXPECT_EQ(expand_braces("{a,b}/{1..2}"), (Names{"a/1", "a/2", "b/1", "b/2"}));
  EXPECT_EQ(expand_braces("x{a,}"), (Names{"xa", "x"}));
}

TEST(BracePattern, RefusesWhatItCannotExpand) {
  const auto error = [](const char* pattern) { return error_of([&] { expand_braces(pattern); }); };
  EXPECT_EQ(error("a{1..2"), "'a{1..2': a brace is not closed");
  EXPECT_EQ(error("a{}"), "'a{}': braces may be neither empty nor nested");
  EXPECT_EQ(error("{a,{b,c}}"), "'{a,{b,c}}': braces may be neither empty nor nested");
  EXPECT_EQ(error("{3..1}"), "'{3..1}': {3..1} is not a range of numbers");
  EXPECT_EQ(error("{-1..1}"), "'{-1..1}': {-1..1} is not a range of numbers");
  EXPECT_EQ(error("{a..b}"), "'{a..b}': {a..b} is not a range of numbers");
  EXPECT_EQ(error("{0..1000000}"), "'{0..1000000}': more than 1000000 names");
  EXPECT_EQ(error("{0..1000}{0..1000}"), "'{0..1000}{0..1000}': more than 1000000 names");
}

}  // namespace
}  // namespace unipic::data
