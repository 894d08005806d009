#include "text/tokenizer_files.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "text/small_tokenizer.h"

namespace unipic::text {
namespace {

using Ids = std::vector<int64_t>;
using unipic::test::error_of;
using unipic::test::TemporaryFolder;
using unipic::test::write_file;

// What loading says of the small tokenizer.json after `change`, without the folder's name.
std::string error_after(const std::function<void(Json&)>& change) {
  const TemporaryFolder folder;
  auto json = test::small_tokenizer_json();
  change(json);
  write_file(folder / "tokenizer.json", json.dump());
  const auto error = error_of([&] { load_tokenizer(folder.path()); });
  const auto prefix = folder.path().string() + "/";
  return error.starts_with(prefix) ? error.substr(prefix.size()) : error;
}

// What loading says of vocab.json and merges.txt.
std::string error_of_merges(std::string_view merges, const Json& vocab = test::small_vocab()) {
  const TemporaryFolder folder;
  write_file(folder / "vocab.json", vocab.dump());
  write_file(folder / "merges.txt", merges);
  const auto error = error_of([&] { load_tokenizer(folder.path()); });
  const auto prefix = folder.path().string() + "/";
  return error.starts_with(prefix) ? error.substr(prefix.size()) : error;
}

TEST(TokenizerFiles, ReadsVocabAndMergesWithTheirAddedTokens) {
  const TemporaryFolder folder;
  write_file(folder / "vocab.json", test::small_vocab().dump());
  write_file(folder / "merges.txt", "#version: 0.2\r\na b\r\n\r\nab c\r\n");
  write_file(folder / "added_tokens.json", R"({"<s>": 300, "<t>": 301, "<u>": 302})");
  write_file(folder / "special_tokens_map.json",
             R"({"eos_token": {"content": "<s>"}, "additional_special_tokens": ["<u>"]})");
  const auto tokenizer = load_tokenizer(folder.path());
  EXPECT_EQ(tokenizer.encode("abc<s><t>"), (Ids{257, 300, 301}));
  EXPECT_EQ(tokenizer.decode(Ids{300, 301, 302}, true), "<t>");
  EXPECT_EQ(tokenizer.vocab_size(), 303);
}

TEST(TokenizerFiles, JoinsTheAddedTokensOfTheConfiguration) {
  const TemporaryFolder folder;
  write_file(folder / "tokenizer.json", test::small_tokenizer_json().dump());
  write_file(folder / "tokenizer_config.json",
             R"({"added_tokens_decoder": {"300": {"content": "<c>", "special": true}}})");
  EXPECT_EQ(load_tokenizer(folder.path()).encode("<c><s>"), (Ids{300, 258}));
}

TEST(TokenizerFiles, RefusesAFolderWithoutATokenizer) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { load_tokenizer(folder.path()); }),
            folder.path().string() + ": holds neither tokenizer.json nor vocab.json");
  write_file(folder / "vocab.json", "{}");
  write_file(folder / "tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer"})");
  EXPECT_EQ(error_of([&] { load_tokenizer(folder.path()); }),
            (folder / "tokenizer_config.json").string() +
                ": tokenizer_class 'BertTokenizer' is neither Qwen2Tokenizer nor CLIPTokenizer, "
                "and there is no tokenizer.json");
}

TEST(TokenizerFiles, RefusesMergesWithTheLine) {
  EXPECT_EQ(error_of_merges("a b\nab c\n"), "no error");
  EXPECT_EQ(error_of_merges("#version: 0.2\na b\na x\n"),
            "merges.txt: line 3: token 'ax' is not in the vocabulary");
  EXPECT_EQ(error_of_merges("a b\nabc\n"),
            "merges.txt: line 2: 'abc' is not two tokens with a space between");
  EXPECT_EQ(error_of_merges("a b c\n"),
            "merges.txt: line 1: 'a b c' is not two tokens with a space between");
}

TEST(TokenizerFiles, RefusesVocabulariesThatContradictThemselves) {
  const auto with = [](const char* token, const Json& id) {
    auto vocab = test::small_vocab();
    vocab[token] = id;
    return vocab;
  };
  EXPECT_EQ(error_of_merges("", with("x y", 97)), "vocab.json: id 97 is both 'a' and 'x y'");
  for (const Json& id : {Json(-1), Json(1 << 24), Json(1.5), Json("1"), Json(nullptr)}) {
    EXPECT_EQ(error_of_merges("", with("xy", id)),
              "vocab.json: the id of token 'xy' is not a whole number from 0 to 16777215");
  }
  auto vocab = test::small_vocab();
  vocab.erase("b");
  EXPECT_EQ(error_of_merges("", vocab),
            "vocab.json: the vocabulary lacks 'b', the token of byte 0x62");
}

TEST(TokenizerFiles, RefusesAddedTokensThatContradictTheVocabulary) {
  EXPECT_EQ(error_after([](Json& json) { json["added_tokens"][0]["id"] = 97; }),
            "tokenizer.json: id 97 is both 'a' and '<s>'");
  EXPECT_EQ(error_after([](Json& json) { json["added_tokens"][0]["content"] = "ab"; }),
            "tokenizer.json: token 'ab' has both id 256 and 258");
  EXPECT_EQ(error_after([](Json& json) { json["added_tokens"][0]["content"] = ""; }),
            "tokenizer.json: the added token with id 258 has 0 bytes, not 1 to 512");
  EXPECT_EQ(error_after([](Json& json) { json["added_tokens"][0]["single_word"] = true; }),
            "tokenizer.json: added token 258: single_word is not supported");
}

TEST(TokenizerFiles, RefusesWhatWouldGiveOtherIds) {
  EXPECT_EQ(error_after([](Json& json) { json["model"]["type"] = "Unigram"; }),
            "tokenizer.json: model: model type 'Unigram' is not supported, only BPE is");
  EXPECT_EQ(error_after([](Json& json) { json["model"]["end_of_word_suffix"] = "</w>"; }),
            "tokenizer.json: model: end_of_word_suffix '</w>' is not supported");
  EXPECT_EQ(error_after([](Json& json) { json["normalizer"]["type"] = "NFKC"; }),
            "tokenizer.json: normalizer: normalizer 'NFKC' is not supported, only NFC is");
  EXPECT_EQ(error_after([](Json& json) { json.erase("pre_tokenizer"); }),
            "tokenizer.json: pre_tokenizer: only a Split followed by a ByteLevel is supported");
  EXPECT_EQ(error_after([](Json& json) { json["model"]["merges"][1] = 5; }),
            "tokenizer.json: merge 1 is neither two tokens nor a string of them");
  EXPECT_EQ(error_after([](Json& json) { json.erase("model"); }),
            "tokenizer.json: 'model' is missing");
}

TEST(TokenizerFiles, SurviveTruncationAndFlippedBits) {
  const auto whole = test::small_tokenizer_json().dump();
  const auto load = [](std::string_view text) {
    error_of([&] {
      const TemporaryFolder folder;
      write_file(folder / "tokenizer.json", text);
      load_tokenizer(folder.path()).encode("abc <s> \u00e9\n\n");
    });
  };
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    load(std::string_view(whole).substr(0, random() % whole.size()));
    auto flipped = whole;
    flipped[random() % whole.size()] ^= static_cast<char>(1 << random() % 8);
    load(flipped);
  }
}

}  // namespace
}  // namespace unipic::text
