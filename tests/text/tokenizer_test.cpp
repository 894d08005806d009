#include "text/tokenizer.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "support/error.h"
#include "text/normalize.h"
#include "text/small_tokenizer.h"
#include "text/stream_decoder.h"
#include "text/tokenizer_json.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

using Ids = std::vector<int64_t>;
using unipic::test::error_of;

Tokenizer tokenizer_of(const Json& json) {
  return Tokenizer(parse_tokenizer_json(json.dump(), "t.json"), "t.json");
}

Tokenizer small_tokenizer() { return tokenizer_of(test::small_tokenizer_json()); }

std::string random_text(std::mt19937& random) {
  static const std::u32string pool =
      U"abc abc<s>x'S\n\r\t1\u00e9\u0301\u0327\u212b\uac00\u11a8\u304b\u3099\u4e2d\u00a0\U0001f600";
  std::string text;
  for (size_t i = random() % 30; i > 0; --i) append_code_point(text, pool[random() % pool.size()]);
  return text;
}

TEST(Tokenizer, MergesWithinWordsAndCutsOutAddedTokens) {
  const auto tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("abcab"), (Ids{257, 256}));
  EXPECT_EQ(tokenizer.encode("ab<s>c<sx><s"), (Ids{256, 258, 'c', 259, '<', 's'}));
  EXPECT_EQ(tokenizer.encode(" <s> "), (Ids{' ', 258, ' '}));
  EXPECT_EQ(tokenizer.encode(""), Ids{});
  EXPECT_EQ(tokenizer.encode(std::string_view("\0", 1)), Ids{0});
}

TEST(Tokenizer, StripsOnlyAroundTokensThatSaySo) {
  auto json = test::small_tokenizer_json();
  json["added_tokens"][0]["lstrip"] = true;
  json["added_tokens"][1]["rstrip"] = true;
  EXPECT_EQ(tokenizer_of(json).encode("a \u3000<s> <sx>\n a"), (Ids{'a', 258, ' ', 259, 'a'}));
}

TEST(Tokenizer, FindsNormalizedTokensInTheirNormalForm) {
  auto json = test::small_tokenizer_json();
  json["added_tokens"][0]["content"] = "e\u0301!";
  EXPECT_EQ(tokenizer_of(json).encode("\u00e9!"), (Ids{0xC3, 0xA9, '!'}));
  json["added_tokens"][0]["normalized"] = true;
  EXPECT_EQ(tokenizer_of(json).encode("\u00e9!e\u0301!"), (Ids{258, 258}));
}

TEST(Tokenizer, ReadsBytesThatAreNotUtf8AsReplacementCharacters) {
  const auto tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.encode("a\xFF\xE2\x82z"), tokenizer.encode("a\uFFFD\uFFFDz"));
}

TEST(Tokenizer, DecodesToTheNormalFormOfWhatItEncoded) {
  const auto tokenizer = small_tokenizer();
  std::mt19937 random(3);
  std::string storage;
  for (int round = 0; round < 3000; ++round) {
    auto text = random_text(random);
    std::erase(text, '<');
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), nfc(text, storage));
  }
}

TEST(Tokenizer, DecodesAnyIds) {
  const auto tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.decode(Ids{'a', 258, 259, 'b'}), "a<s><sx>b");
  EXPECT_EQ(tokenizer.decode(Ids{'a', 258, 259, 'b'}, /*skip_special=*/true), "a<sx>b");
  EXPECT_EQ(tokenizer.decode(Ids{-1, 260, INT64_MAX, INT64_MIN, 'b'}), "b");
  EXPECT_EQ(tokenizer.decode(Ids{0xE2, 0x82, 'x', 0xC3}), "\uFFFDx\uFFFD");
}

TEST(Tokenizer, GivesANewSpecialTokenTheFirstFreeId) {
  auto tokenizer = small_tokenizer();
  EXPECT_EQ(tokenizer.vocab_size(), 260);
  EXPECT_EQ(tokenizer.add_special_token("<image>"), 260);
  EXPECT_EQ(tokenizer.add_special_token("<sx>"), 259);
  EXPECT_EQ(tokenizer.encode("<image>"), Ids{260});
  EXPECT_TRUE(tokenizer.is_special(259));
  EXPECT_EQ(error_of([&] { tokenizer.add_special_token(""); }),
            "special token: the added token with id 261 has 0 bytes, not 1 to 512");
}

TEST(Tokenizer, EncodesFromSeveralThreads) {
  const auto tokenizer = small_tokenizer();
  std::vector<std::jthread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&tokenizer, seed] {
      std::mt19937 random(seed);
      for (int round = 0; round < 300; ++round) {
        const auto ids = tokenizer.encode(random_text(random));
        EXPECT_EQ(tokenizer.encode(tokenizer.decode(ids)), ids);
      }
    });
  }
}

TEST(StreamDecoder, JoinedGivesWhatDecodeGives) {
  const auto tokenizer = small_tokenizer();
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    Ids ids;
    for (size_t i = random() % 12; i > 0; --i) {
      const int64_t pool[] = {0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 'a', 258, 257, 999};
      ids.push_back(pool[random() % std::size(pool)]);
    }
    StreamDecoder stream(tokenizer);
    std::string text;
    for (const auto id : ids) text += stream.push(id);
    EXPECT_EQ(text + stream.finish(), tokenizer.decode(ids));
  }
}

TEST(StreamDecoder, HoldsBackWhatIsIncomplete) {
  const auto tokenizer = small_tokenizer();
  StreamDecoder stream(tokenizer);
  EXPECT_EQ(stream.push('a'), "a");
  EXPECT_EQ(stream.push(0xE2), "");
  EXPECT_EQ(stream.push(0x82), "");
  EXPECT_EQ(stream.push(0xAC), "\u20AC");
  EXPECT_EQ(stream.push(0xC3), "");
  EXPECT_EQ(stream.push('b'), "\uFFFDb");
  EXPECT_EQ(stream.push(0xF0), "");
  EXPECT_EQ(stream.finish(), "\uFFFD");
  EXPECT_EQ(stream.finish(), "");
}

}  // namespace
}  // namespace unipic::text
