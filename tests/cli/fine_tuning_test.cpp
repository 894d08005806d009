// A folder of one's own pictures to a model that draws: what docs/fine_tuning.md promises.

#include <gtest/gtest.h>

#include "base/json.h"
#include "support/picture.h"
#include "support/places.h"
#include "support/program.h"

namespace unipic {
namespace {

using test::run_program;

const std::string kGolden = (test::golden_folder() / "unipic1").string();
const std::string kRecipe = (test::tests_folder().parent_path() / "recipes/finetune.toml").string();

class FineTuning : public testing::Test {
 protected:
  // Five pictures of several shapes with captions, and one that is cut short.
  FineTuning() {
    std::filesystem::create_directory(path("photos"));
    for (int64_t number = 0; number < 6; ++number) {
      const auto name = path(fmt::format("photos/{}", number));
      write_image(name + ".png", test::gradient(60 + 20 * (number % 3), 90));
      test::write_file(name + ".txt", fmt::format("my picture {}\n", number));
    }
    const auto torn = path("photos/2.png");
    test::write_file(torn, test::read_file(torn).substr(0, 100));
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::vector<std::string> train(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"train",
                                          kRecipe,
                                          "init=" + kGolden,
                                          "source.0.path=" + path("photos"),
                                          "out=" + path("run"),
                                          "trainer.steps=8",
                                          "trainer.log_every=4",
                                          "unipic1.mix.0.batch=2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  Image drawn_by(const std::string& model) const {
    const auto outcome = run_program({"generate", "my picture 1", "-m", model, "-o", path("o.png"),
                                      "--steps", "2", "--dtype", "f32", "-q"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return read_image(path("o.png"));
  }

  const test::TemporaryFolder folder_;
};

TEST_F(FineTuning, IsOneCommandFromAFolderToAModelThatDraws) {
  const auto outcome = run_program(train(
      {"trainer.show_every=8",
       R"(unipic1.show=["my picture, with a caption that is much longer than the others", "ü"])"}));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto named = outcome.err.find("warning: left out: " + path("photos/2.png"));
  EXPECT_NE(named, std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("left out", named + 20), std::string::npos) << "named twice";
  EXPECT_NE(test::read_file(path("run/metrics.jsonl")).find("\"data/skipped\":"),
            std::string::npos);

  const auto sheet = read_image(path("run/pictures/step-00000008.png"));
  EXPECT_GT(sheet.width, 2 * 64) << "both prompts side by side";
  const auto drawn = drawn_by(path("run/model"));
  EXPECT_NE(drawn, drawn_by(kGolden));

  const auto merged = run_program(
      {"convert", kGolden, path("merged"), "--lora", path("run/lora"), "--dtype", "f32"});
  ASSERT_EQ(merged.status, 0) << merged.err;
  EXPECT_EQ(drawn_by(path("merged")), drawn);
}

TEST_F(FineTuning, NamesWhatWasLeftOutInJsonToo) {
  const auto outcome = run_program(train({"--json", "lora.rank=0"}));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto warning =
      Json({{"event", "warning"}, {"message", "left out: " + path("photos/2.png")}}).dump();
  EXPECT_NE(outcome.out.find(warning.substr(0, warning.size() - 2)), std::string::npos)
      << outcome.out;
  EXPECT_FALSE(std::filesystem::exists(path("run/lora")));
  EXPECT_NE(drawn_by(path("run/model")), drawn_by(kGolden));
}

TEST_F(FineTuning, SaysInOneLineWhatIsMissing) {
  const auto refusal = [&](const std::string& override) {
    const auto outcome = run_program(train({override}));
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    return outcome.err;
  };
  EXPECT_EQ(refusal("source.0.path="),
            "unipic: [[source]] 'pictures': its kind 'image folder' wants a path\n");
  EXPECT_EQ(refusal("init="), "unipic: init is empty: which model is to be trained?\n");
  EXPECT_NE(refusal("source.0.path=" + path("nowhere")).find("nowhere"), std::string::npos);
  EXPECT_NE(refusal("lora.targets=[\"llm.*.query\"]").find("'llm.*.query' names no linear layer"),
            std::string::npos);
}

TEST_F(FineTuning, RefusesAnAdapterOfAnotherModel) {
  std::filesystem::create_directory(path("adapter"));
  test::write_file(path("adapter/adapter_config.json"), R"({"peft_type":"LORA","r":1})");
  const auto outcome = run_program({"convert", kGolden, path("out"), "--lora", path("adapter")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find("adapter_config.json"), std::string::npos) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(path("out")));
}

}  // namespace
}  // namespace unipic
