#include "text/utf8.h"

#include <gtest/gtest.h>

namespace unipic::text {
namespace {

constexpr auto kR = "\xEF\xBF\xBD";  // U+FFFD

std::string times(int count) {
  std::string text;
  while (count-- > 0) text += kR;
  return text;
}

TEST(Utf8, ReadsBackWhatItAppends) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_code_point(text, c);
    const auto read = read_code_point(text);
    ASSERT_EQ(read.kind, Utf8Read::kValid);
    ASSERT_EQ(read.code_point, c);
    ASSERT_EQ(read.length, text.size());
  }
}

// Each expectation is what Python's bytes.decode("utf-8", errors="replace") gives.
TEST(Utf8, ReplacesMaximalSubpartsAsPythonDoes) {
  EXPECT_EQ(replace_invalid_utf8("a\x80z"), "a" + times(1) + "z");
  EXPECT_EQ(replace_invalid_utf8("\xC0\xAF"), times(2));
  EXPECT_EQ(replace_invalid_utf8("\xE2\x82z"), times(1) + "z");
  EXPECT_EQ(replace_invalid_utf8("\xE2\x82"), times(1));
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), times(3));
  EXPECT_EQ(replace_invalid_utf8("\xE0\x80\x80"), times(3));
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x98"), times(1));
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x98\xE2\x82\xAC"), times(1) + "\xE2\x82\xAC");
  EXPECT_EQ(replace_invalid_utf8("\xF4\x90\x80\x80"), times(4));
  EXPECT_EQ(replace_invalid_utf8("\xF5\xFF"), times(2));
  EXPECT_EQ(replace_invalid_utf8("\xC3\xC3\xA9"), times(1) + "\xC3\xA9");
}

TEST(Utf8, TellsValidTextAtEveryLength) {
  for (size_t length = 0; length < 40; ++length) {
    const std::string ascii(length, 'a');
    EXPECT_TRUE(is_valid_utf8(ascii));
    EXPECT_TRUE(is_valid_utf8(ascii + "\xC3\xA9" + ascii));
    EXPECT_FALSE(is_valid_utf8(ascii + "\xC3"));
    EXPECT_FALSE(is_valid_utf8(ascii + "\xA9" + ascii));
  }
}

TEST(Utf8, CountsBytesThatMoreMayComplete) {
  EXPECT_EQ(num_incomplete_bytes(""), 0u);
  EXPECT_EQ(num_incomplete_bytes("a"), 0u);
  EXPECT_EQ(num_incomplete_bytes("a\xC3"), 1u);
  EXPECT_EQ(num_incomplete_bytes("\xC3\xA9"), 0u);
  EXPECT_EQ(num_incomplete_bytes("a\xF0\x9F\x98"), 3u);
  EXPECT_EQ(num_incomplete_bytes("\xF0\x9F"), 2u);
  EXPECT_EQ(num_incomplete_bytes("\xED\xA0"), 0u);
  EXPECT_EQ(num_incomplete_bytes("\x80\x80"), 0u);
}

}  // namespace
}  // namespace unipic::text
