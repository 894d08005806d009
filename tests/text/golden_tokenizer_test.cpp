// The ids that the published Python computes, for both layouts of the same tokenizer.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/golden_integers.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "text/stream_decoder.h"
#include "text/tokenizer_files.h"

namespace unipic::text {
namespace {

namespace fs = std::filesystem;

const fs::path kGoldens = test::golden_folder() / "unipic1";
const fs::path kFolder = kGoldens / "checkpoint" / "Qwen2.5-1.5B-Instruct";

void check_golden(Tokenizer tokenizer) {
  const auto params = test::golden_params(kGoldens, "tokenize");
  EXPECT_EQ(tokenizer.add_special_token("<image>"), params.at("image_token_id").get<int64_t>());
  const auto ids = test::golden_integers(kGoldens / "tokenize.safetensors", "out.ids");
  const auto offsets = test::golden_integers(kGoldens / "tokenize.safetensors", "out.offsets");
  for (size_t i = 0; i < params.at("texts").size(); ++i) {
    const auto text = params.at("texts")[i].get<std::string>();
    const std::vector<int64_t> expected(ids.begin() + offsets[i], ids.begin() + offsets[i + 1]);
    EXPECT_EQ(tokenizer.encode(text), expected) << text;
    EXPECT_EQ(tokenizer.decode(expected), params.at("decoded")[i].get<std::string>());
    EXPECT_EQ(tokenizer.decode(expected, /*skip_special=*/true),
              params.at("decoded_skip_special")[i].get<std::string>());
    StreamDecoder stream(tokenizer, /*skip_special=*/true);
    std::string streamed;
    for (const auto id : expected) streamed += stream.push(id);
    EXPECT_EQ(streamed + stream.finish(), params.at("decoded_skip_special")[i].get<std::string>());
  }
}

TEST(GoldenTokenizer, FromTokenizerJsonComputesWhatTheReferenceComputes) {
  check_golden(load_tokenizer(kFolder));
}

TEST(GoldenTokenizer, FromVocabAndMergesComputesWhatTheReferenceComputes) {
  const test::TemporaryFolder folder;
  for (const auto* name : {"vocab.json", "merges.txt", "tokenizer_config.json"}) {
    fs::copy_file(kFolder / name, folder / name);
  }
  check_golden(load_tokenizer(folder.path()));
}

TEST(GoldenTokenizer, KnowsItsTokens) {
  auto tokenizer = load_tokenizer(kFolder);
  EXPECT_EQ(tokenizer.vocab_size(), 482);
  EXPECT_EQ(tokenizer.token_id("<|endoftext|>"), 460);
  EXPECT_EQ(tokenizer.token_id("<image>"), std::nullopt);
  EXPECT_EQ(tokenizer.add_special_token("<image>"), 482);
  EXPECT_EQ(tokenizer.add_special_token("<image>"), 482);
  EXPECT_EQ(tokenizer.add_special_token("<|im_end|>"), 462);
  EXPECT_EQ(tokenizer.token_id("<image>"), 482);
  EXPECT_EQ(tokenizer.vocab_size(), 483);
  EXPECT_TRUE(tokenizer.is_special(460));
  EXPECT_FALSE(tokenizer.is_special(474));  // <tool_call>
}

}  // namespace
}  // namespace unipic::text
