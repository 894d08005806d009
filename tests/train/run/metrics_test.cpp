#include "train/run/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/run/event_reader.h"
#include "train/run/metrics_log.h"

namespace unipic::train {
namespace {

using unipic::test::error_of;
using unipic::test::read_file;
using unipic::test::TemporaryFolder;
using unipic::test::write_file;

constexpr std::string_view kThreeLines =
    R"({"step":1,"time":10.5,"values":{"loss":2.0}}
{"step":2,"time":11.0,"values":{"loss":1.0,"lr":0.1}}
{"step":5,"time":12.0,"values":{"loss":null}}
)";

class MetricsFile : public testing::Test {
 protected:
  void write(std::string_view text) { write_file(path_, text); }
  std::string read() const { return read_file(path_); }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "metrics.jsonl";
};

TEST_F(MetricsFile, ReadsBackWhatItHolds) {
  EXPECT_TRUE(read_metrics(path_).empty());
  write(kThreeLines);
  const auto rows = read_metrics(path_);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].step, 2);
  EXPECT_EQ(rows[1].wall_time, 11.0);
  EXPECT_EQ(rows[1].values, (std::map<std::string, double>{{"loss", 1.0}, {"lr", 0.1}}));
  EXPECT_TRUE(std::isnan(rows[2].values.at("loss")));
  std::string text;
  for (const auto& row : rows) text += metrics_line(row) + "\n";
  EXPECT_EQ(text, kThreeLines);
}

TEST_F(MetricsFile, LeavesOutALineThatACrashCutShort) {
  for (size_t cut = 1; cut < 40; ++cut) {
    write(kThreeLines.substr(0, kThreeLines.size() - cut));
    EXPECT_EQ(read_metrics(path_).size(), 2U);
  }
}

TEST_F(MetricsFile, NamesALineThatIsWrong) {
  write("{\"step\":1,\"time\":1,\"values\":{}}\n{\"step\":2,\"time\":1}\n");
  EXPECT_EQ(error_of([&] { read_metrics(path_); }), path_.string() + ":2: has no values");
  write("{\"step\":1,\"time\":1,\"values\":{\"loss\":\"x\"}}\n");
  EXPECT_NE(error_of([&] { read_metrics(path_); }).find(path_.string() + ":1"), std::string::npos);
}

TEST_F(MetricsFile, IsCutAfterTheStepThatARunGoesOnFrom) {
  EXPECT_EQ(cut_metrics(path_, 3), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(path_));
  write(kThreeLines);
  EXPECT_EQ(cut_metrics(path_, 5), 5);
  EXPECT_EQ(read(), kThreeLines);
  EXPECT_EQ(cut_metrics(path_, 4), 2);
  EXPECT_EQ(read(), kThreeLines.substr(0, kThreeLines.find("{\"step\":5")));
  write(std::string(kThreeLines) + "{\"step\":6,");
  EXPECT_EQ(cut_metrics(path_, 9), 5);
  EXPECT_EQ(read(), kThreeLines);
  EXPECT_EQ(cut_metrics(path_, -1), std::nullopt);
  EXPECT_EQ(read(), "");
}

TEST(MetricsLog, WritesEveryLineAtOnceAndGoesOnAfterACheckpoint) {
  const TemporaryFolder folder;
  {
    const RunFolder run(folder.path());
    MetricsLog log(run, -1, 100.0);
    log.write(0, 100.5, {{"loss", 3.0}});
    EXPECT_EQ(read_metrics(log.path()).size(), 1U) << "before the log is closed";
    log.write(1, 101.0, {{"loss", std::numeric_limits<double>::infinity()}});
    log.write(1, 101.5, {{"eval/loss", 2.5}});
    log.write(2, 102.0, {{"loss", 2.0}});
    EXPECT_EQ(error_of([&] { log.write(1, 103.0, {}); }),
              log.path().string() + ": step 1 comes after step 2");
  }
  const RunFolder run(folder.path());
  MetricsLog log(run, 1, 200.0);
  log.write(2, 200.5, {{"loss", 1.5}});
  const auto rows = read_metrics(log.path());
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_TRUE(std::isnan(rows[1].values.at("loss")));
  EXPECT_EQ(rows[2].values.at("eval/loss"), 2.5);
  EXPECT_EQ(rows[3].values.at("loss"), 1.5);
  EXPECT_EQ(rows[3].wall_time, 200.5);
}

TEST(MetricsLog, WritesTheSameForTensorBoard) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  MetricsLog log(run, 41, 100.0);
  log.write(42, 100.5, {{"loss", 3.0}});
  log.write_text(42, 100.5, "prompt", "cat");
  log.write_picture(42, 100.5, "sample", {.width = 1, .height = 1, .pixels = {0, 0, 0}});
  std::vector<test::ProtobufFields> events;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (!entry.path().filename().string().starts_with("events.out.tfevents.")) continue;
    events = test::decode_events(read_file(entry.path()));
  }
  ASSERT_EQ(events.size(), 5U);
  for (size_t i = 1; i < 5; ++i) EXPECT_EQ(test::number(events[i], 2), 42U);
}

TEST(MetricsLog, DrawsTheCurvesOfAllProcessesOfARun) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  MetricsLog(run, -1, 100.0).write(0, 100.0, {{"loss", 3.25}});
  MetricsLog log(run, 0, 100.0);
  log.write(1, 101.0, {{"loss", 1.25}});
  log.draw_curves({"loss", "eval"}, {.title = "a < b", .smoothing = 0});
  const auto svg = read_file(folder / "curves.svg");
  EXPECT_NE(svg.find(">loss 1.25</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">eval (no values)</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">a &lt; b</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find("d=\"M72.0 "), std::string::npos) << svg;
}

}  // namespace
}  // namespace unipic::train
