// The ids that the published Python computes, for both layouts of the same tokenizer.

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "support/temporary_folder.h"
#include "text/stream_decoder.h"
#include "text/tokenizer_files.h"

namespace unipic::text {
namespace {

namespace fs = std::filesystem;

const fs::path kGoldens = fs::path(UNIPIC_GOLDEN_DIR) / "unipic1";
const fs::path kFolder = kGoldens / "checkpoint" / "Qwen2.5-1.5B-Instruct";

// An I64 tensor of a safetensors file that is known to be well-formed.
std::vector<int64_t> read_ints(const fs::path& path, const std::string& name) {
  const auto file = test::read_file(path);
  uint64_t header_size;
  std::memcpy(&header_size, file.data(), sizeof header_size);
  const auto header = parse_json(std::string_view(file).substr(8, header_size), path.string());
  const auto range = header.at(name).at("data_offsets").get<std::vector<size_t>>();
  std::vector<int64_t> values((range[1] - range[0]) / sizeof(int64_t));
  std::memcpy(values.data(), file.data() + 8 + header_size + range[0], range[1] - range[0]);
  return values;
}

Json golden_params() {
  const auto cases = read_json(kGoldens / "cases.json");
  for (const auto& element : cases.is_array() ? cases : cases.at("cases")) {
    if (element.at("name") == "tokenize") return element.at("params");
  }
  throw Error("no case 'tokenize'");
}

void check_golden(Tokenizer tokenizer) {
  const auto params = golden_params();
  EXPECT_EQ(tokenizer.add_special_token("<image>"), params.at("image_token_id").get<int64_t>());
  const auto ids = read_ints(kGoldens / "tokenize.safetensors", "out.ids");
  const auto offsets = read_ints(kGoldens / "tokenize.safetensors", "out.offsets");
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
