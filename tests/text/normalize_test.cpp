#include "text/normalize.h"

#include <gtest/gtest.h>

#include <random>

#include "text/utf8.h"

namespace unipic::text {
namespace {

std::string normalized(std::string_view text) {
  std::string storage;
  return std::string(nfc(text, storage));
}

std::string utf8(std::u32string_view code_points) {
  std::string text;
  for (const auto c : code_points) append_code_point(text, c);
  return text;
}

TEST(Nfc, ComposesAndOrders) {
  EXPECT_EQ(normalized(utf8(U"cafe\u0301!")), utf8(U"caf\u00e9!"));
  EXPECT_EQ(normalized(utf8(U"\u212b\u2126")), utf8(U"\u00c5\u03a9"));
  EXPECT_EQ(normalized(utf8(U"q\u0307\u0323")), utf8(U"q\u0323\u0307"));
  EXPECT_EQ(normalized(utf8(U"\u1100\u1161\u11a8")), utf8(U"\uac01"));
  EXPECT_EQ(normalized(utf8(U"\uac00\u11a8")), utf8(U"\uac01"));
  EXPECT_EQ(normalized(utf8(U"\u304b\u3099\u304b")), utf8(U"\u304c\u304b"));
  EXPECT_EQ(normalized(utf8(U"\u0958")), utf8(U"\u0915\u093c"));
  EXPECT_EQ(normalized(utf8(U"\u0301a")), utf8(U"\u0301a"));
}

TEST(Nfc, LeavesCompatibilityFormsAlone) {
  const auto text = utf8(U"\ufb01 \uff21 \u2460 \U0001f468\u200d\U0001f469");
  EXPECT_EQ(normalized(text), text);
}

// Checks that text may be cut at boundaries: context must not change what a part becomes.
TEST(Nfc, GivesTheSameWithAndWithoutBoundariesAround) {
  std::mt19937 random(1);
  const std::u32string pool =
      U"aeo\u0301\u0316\u0327\u0345\u00e9\u1e69\uac00\u1100\u1161\u11a8\u304b\u3099\u212b\u03b1";
  for (int round = 0; round < 2000; ++round) {
    std::u32string text;
    for (size_t i = random() % 12; i > 0; --i) text += pool[random() % pool.size()];
    const auto once = normalized(utf8(text));
    EXPECT_EQ(normalized(once), once);
    EXPECT_EQ(normalized("x " + utf8(text) + " y"), "x " + normalized(utf8(text)) + " y");
  }
}

TEST(Nfc, OrdersAMillionMarksInTime) {
  std::u32string text = U"a";
  for (int i = 0; i < 300000; ++i) text += i % 2 == 0 ? U'\u0301' : U'\u0316';
  const auto result = normalized(utf8(text));
  EXPECT_EQ(result.size(), utf8(text).size() - 1);  // The first U+0301 composes with the a.
}

}  // namespace
}  // namespace unipic::text
