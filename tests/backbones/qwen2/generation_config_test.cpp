#include "backbones/qwen2/generation_config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::qwen2 {
namespace {

class GenerationConfigFile : public testing::Test {
 protected:
  GenerationConfig read(const std::string& text) const {
    std::ofstream(folder_.path() / "generation_config.json") << text;
    return read_generation_config(folder_.path());
  }
  std::string error(const std::string& text) const {
    const auto message = test::error_of([&] { read(text); });
    const auto name = (folder_.path() / "generation_config.json").string();
    return message.starts_with(name) ? message.substr(name.size()) : message;
  }

  test::TemporaryFolder folder_;
};

TEST_F(GenerationConfigFile, IsGreedyAndEndlessWithoutAFile) {
  const auto config = read_generation_config(folder_.path());
  EXPECT_FALSE(config.do_sample);
  EXPECT_EQ(config.repetition_penalty, 1.0);
  EXPECT_TRUE(config.end_ids.empty());
}

TEST_F(GenerationConfigFile, SaysHowToSampleAndWhereToEnd) {
  const auto config = read(R"({"do_sample": true, "temperature": 0.7, "top_k": 20, "top_p": 0.8,
                               "repetition_penalty": 1.1, "eos_token_id": [5, 3]})");
  EXPECT_TRUE(config.do_sample);
  EXPECT_EQ(config.sampling.temperature, 0.7);
  EXPECT_EQ(config.sampling.top_k, 20);
  EXPECT_EQ(config.sampling.top_p, 0.8);
  EXPECT_EQ(config.end_ids, (std::vector<int64_t>{5, 3}));
  EXPECT_EQ(read(R"({"eos_token_id": 7})").end_ids, (std::vector<int64_t>{7}));
}

TEST_F(GenerationConfigFile, RefusesWhatMakesNoSense) {
  EXPECT_EQ(error(R"({"repetition_penalty": 0})"), ": repetition_penalty 0 must be positive");
  EXPECT_EQ(error(R"({"eos_token_id": "x"})"),
            ": 'eos_token_id' holds something other than whole numbers");
  EXPECT_EQ(error(R"({"top_p": 2})"), ": top_p 2 is not within 0..1, 0 excluded");
  EXPECT_EQ(error("[]"), ": is no JSON object");
}

}  // namespace
}  // namespace unipic::qwen2
