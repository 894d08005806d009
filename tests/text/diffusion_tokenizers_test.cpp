// CLIP's and T5's tokenizers: the ids that the published Python computes.

#include <gtest/gtest.h>

#include <fstream>

#include "support/error.h"
#include "support/golden_integers.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "text/tokenizer_files.h"

namespace unipic::text {
namespace {

namespace fs = std::filesystem;

const fs::path kGoldens = test::golden_folder() / "unipic2";
const fs::path kModel = kGoldens / "checkpoint" / "UniPic2-SD3.5M-Kontext-2B";

// Row `index` of a golden [texts, length].
std::vector<int64_t> row_of(const std::vector<int64_t>& ids, size_t index, size_t length) {
  const auto first = ids.begin() + static_cast<int64_t>(index * length);
  return {first, first + static_cast<int64_t>(length)};
}

void check_clip(const char* folder, const std::string& golden) {
  const auto tokenizer = load_tokenizer(kModel / folder);
  const auto params = test::golden_params(kGoldens, "tokenize_clip");
  const auto length = params.at("max_length").get<size_t>();
  const auto expected = test::golden_integers(kGoldens / "tokenize_clip.safetensors", golden);
  const auto id_of = [&](const char* name) {
    return *tokenizer.token_id(special_token(kModel / folder, name));
  };
  for (size_t index = 0; index < params.at("texts").size(); ++index) {
    const auto text = params.at("texts")[index].get<std::string>();
    auto ids = tokenizer.encode(text);
    ids.resize(std::min(ids.size(), length - 2));
    ids.insert(ids.begin(), id_of("bos_token"));
    ids.push_back(id_of("eos_token"));
    ids.resize(length, id_of("pad_token"));
    EXPECT_EQ(ids, row_of(expected, index, length)) << text;
  }
}

TEST(ClipTokenizer, ComputesWhatTheReferenceComputes) {
  check_clip("tokenizer", "out.ids_l");
  check_clip("tokenizer_2", "out.ids_g");
}

TEST(ClipTokenizer, DecodesWordsWithSpacesBetween) {
  const auto tokenizer = load_tokenizer(kModel / "tokenizer");
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("A red   FOX's\tlake")), "a red fox 's lake ");
}

TEST(ClipTokenizer, LowersLettersOneByOne) {
  const auto tokenizer = load_tokenizer(kModel / "tokenizer");
  EXPECT_EQ(tokenizer.encode("\u00C9T\u00C9"), tokenizer.encode("\u00E9t\u00E9"));
  EXPECT_EQ(tokenizer.encode("\u0130"), tokenizer.encode("i\u0307"));
  EXPECT_EQ(tokenizer.encode("\u03A3\u03A3"), tokenizer.encode("\u03C3\u03C3"));  // no final sigma
}

TEST(UnigramTokenizer, ComputesWhatTheReferenceComputes) {
  const auto tokenizer = load_unigram_tokenizer(kModel / "tokenizer_3");
  const auto params = test::golden_params(kGoldens, "tokenize_t5");
  const auto length = params.at("max_length").get<size_t>();
  const auto expected = test::golden_integers(kGoldens / "tokenize_t5.safetensors", "out.ids");
  for (size_t index = 0; index < params.at("texts").size(); ++index) {
    const auto text = params.at("texts")[index].get<std::string>();
    auto ids = tokenizer.encode(text);
    ids.resize(std::min(ids.size(), length - 1));
    ids.push_back(tokenizer.end_id());
    ids.resize(length, tokenizer.pad_id());
    EXPECT_EQ(ids, row_of(expected, index, length)) << text;
  }
}

TEST(UnigramTokenizer, TakesBytesThatAreNoText) {
  const auto tokenizer = load_unigram_tokenizer(kModel / "tokenizer_3");
  EXPECT_EQ(tokenizer.encode("a\xFF"), tokenizer.encode("a\uFFFD"));
}

TEST(UnigramTokenizer, SaysWhatIsNoModel) {
  EXPECT_EQ(test::error_of([] { UnigramTokenizer("nothing of the kind", {}, "x/spiece.model"); }),
            "x/spiece.model: is no SentencePiece model");
  const auto path = kModel / "tokenizer_3" / "spiece.model";
  auto wild = test::read_file(path);
  wild[wild.size() / 2] = '\xFF';  // among the rules, which fill most of the file
  EXPECT_EQ(test::error_of([&] { UnigramTokenizer(wild, {}, "wild"); }),
            "wild: is no SentencePiece model");
  const auto cut = test::read_file(path).substr(0, 1000);
  EXPECT_EQ(test::error_of([&] { UnigramTokenizer(cut, {}, "cut"); }),
            "cut: is no SentencePiece model");
}

TEST(SpecialToken, IsReadFromEitherFile) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "special_tokens_map.json")
      << R"({"pad_token": {"content": "!"}, "eos_token": "<end>"})";
  EXPECT_EQ(special_token(folder.path(), "pad_token"), "!");
  EXPECT_EQ(special_token(folder.path(), "eos_token"), "<end>");
  std::ofstream(folder / "tokenizer_config.json") << R"({"pad_token": "<pad>", "eos_token": null})";
  EXPECT_EQ(special_token(folder.path(), "pad_token"), "<pad>");
  EXPECT_EQ(special_token(folder.path(), "eos_token"), "<end>");
  EXPECT_EQ(test::error_of([&] { special_token(folder.path(), "bos_token"); }),
            folder.path().string() + ": no file says what 'bos_token' is");
}

}  // namespace
}  // namespace unipic::text
