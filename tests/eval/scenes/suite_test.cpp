#include "eval/scenes/suite.h"

#include <gtest/gtest.h>

#include "eval/scenes/oracle.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::eval {
namespace {

using scenes::test::catalogue;

constexpr int64_t kSide = 64;

SuiteOptions few() {
  SuiteOptions options;
  options.prompts = 18;
  options.images = 2;
  options.edits = 2;
  options.questions = 2;
  options.renders = 5;
  return options;
}

// Draws nothing and says nothing.
class Blank : public Subject {
 public:
  int64_t size() override { return kSide; }
  std::vector<Image> draw(const std::string&, int64_t count, uint64_t) override {
    return std::vector<Image>(static_cast<size_t>(count), grey());
  }
  Image edit(const Image&, const std::string&, uint64_t) override { return grey(); }
  std::string answer(const Image&, const std::string&) override { return ""; }

 private:
  static Image grey() {
    return {
        .width = kSide, .height = kSide, .pixels = std::vector<uint8_t>(3 * kSide * kSide, 128)};
  }
};

TEST(SceneSuite, GivesFullMarksToWhoDoesEverythingRight) {
  test::Oracle oracle(few(), kSide);
  Records records;
  const auto report = run_suite(oracle, oracle.witness().look(), catalogue(), few(), records, {});
  for (const auto* part : {"geneval", "edit", "qa"}) {
    const auto& score = report.parts.at(part);
    EXPECT_EQ(score.score(), 1.0) << part;
    EXPECT_EQ(score.items.all.num_correct, score.items.all.num_total);
  }
  EXPECT_EQ(report.parts.at("geneval").items.all.num_total, 36);
  EXPECT_EQ(report.parts.at("geneval").categories.size(), 6);
  EXPECT_EQ(report.parts.at("edit").categories.size(), 9);
  EXPECT_EQ(report.parts.at("edit").items.held_out.num_total, 18);
  EXPECT_EQ(report.parts.at("qa").categories.size(), 6);
  EXPECT_EQ(report.parts.at("qa").items.seen.num_total, 12);
  EXPECT_EQ(report.detector.accuracy(), 1.0);
  EXPECT_TRUE(report.detector.is_trusted());
}

TEST(SceneSuite, GivesNothingToWhoDoesNothing) {
  const test::Oracle oracle(few(), kSide);
  Blank blank;
  Records records;
  const auto report = run_suite(blank, oracle.witness().look(), catalogue(), few(), records, {});
  for (const auto& [part, score] : report.parts) EXPECT_EQ(score.score(), 0.0) << part;
  EXPECT_EQ(report.detector.accuracy(), 1.0);
}

TEST(SceneSuite, DoesNotTrustAJudgeWhoSeesNothing) {
  test::Oracle oracle(few(), kSide);
  Records records;
  auto options = few();
  options.parts = {"qa"};
  const auto report = run_suite(oracle, test::Witness().look(), catalogue(), options, records, {});
  EXPECT_EQ(report.detector.accuracy(), 0.0);
  EXPECT_FALSE(report.detector.is_trusted());
  EXPECT_FALSE(to_json(report)["counts"].get<bool>());
}

TEST(SceneSuite, GoesOnWhereItWasStopped) {
  const test::TemporaryFolder folder;
  auto options = few();
  options.parts = {"geneval"};
  test::Oracle oracle(options, kSide);
  const auto look = oracle.witness().look();
  std::stop_source stop;
  {
    Records records(folder / "out", {{"model", "oracle"}});
    const RunControl control = {.stop = stop.get_token(),
                                .progress = [&](const std::string& part, int64_t done, int64_t) {
                                  if (part == "geneval" && done == 5) stop.request_stop();
                                }};
    EXPECT_THROW(run_suite(oracle, look, catalogue(), options, records, control), Cancelled);
  }
  EXPECT_EQ(oracle.num_drawn(), 10);
  Records records(folder / "out", {{"model", "oracle"}});
  const auto report = run_suite(oracle, look, catalogue(), options, records, {});
  EXPECT_EQ(oracle.num_drawn(), 36);
  EXPECT_EQ(report.parts.at("geneval").items.all.num_total, 36);
  EXPECT_EQ(report.parts.at("geneval").score(), 1.0);
}

TEST(SceneSuite, WritesSheetsOfWhatItKept) {
  const test::TemporaryFolder folder;
  auto options = few();
  options.prompts = 6;
  options.edits = 1;
  options.parts = {"geneval", "edit"};
  test::Oracle oracle(options, kSide);
  Records records(folder / "out", {{"model", "oracle"}});
  run_suite(oracle, oracle.witness().look(), catalogue(), options, records, {});
  write_sheets(catalogue(), options, records);
  EXPECT_GT(read_image(folder / "out/sheet_geneval_counting.png").width, 2 * kSide);
  EXPECT_GT(read_image(folder / "out/sheet_edit_recolor.png").width, 3 * kSide);
}

TEST(SceneSuite, TakesAnswersWithoutTheirCaseAndTheSpaceAround) {
  EXPECT_TRUE(is_right_answer(" Yes\n", "yes"));
  EXPECT_FALSE(is_right_answer("yes.", "yes"));
  EXPECT_FALSE(is_right_answer("yes it is", "yes"));
  EXPECT_FALSE(is_right_answer("", "no"));
}

TEST(SceneSuite, RefusesOptionsThatMakeNoSense) {
  const auto refusal = [](const SuiteOptions& options) {
    return test::error_of([&] { options.validate(); });
  };
  auto options = few();
  options.parts = {"gen"};
  EXPECT_EQ(refusal(options), "there is no part 'gen', only geneval, edit and qa");
  options = few();
  options.images = 0;
  EXPECT_EQ(refusal(options), "0 pictures a prompt, not within 1..1000");
  options = few();
  options.edits = 0;
  EXPECT_EQ(refusal(options),
            "0 edits, 2 questions, 5 test pictures of the judge: each must be at least 1");
}

}  // namespace
}  // namespace unipic::eval
