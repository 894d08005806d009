#include "eval/scenes/records.h"

#include <gtest/gtest.h>

#include <fstream>

#include "eval/scenes/report.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::eval {
namespace {

const Json kSettings = {{"model", "m"}, {"seed", 1}};

Record record(const std::string& id, bool correct) {
  return {.id = id,
          .part = "qa",
          .category = "count",
          .held_out = true,
          .correct = correct,
          .asked = "How many \"dogs\"?",
          .found = "two\nor so"};
}

TEST(Records, AreThereWhenTheFolderIsOpenedAgain) {
  const test::TemporaryFolder folder;
  {
    Records records(folder / "out", kSettings);
    records.add(record("a", true));
    records.add(record("b", false));
  }
  const Records records(folder / "out", kSettings);
  const auto* found = records.find("b");
  ASSERT_NE(found, nullptr);
  EXPECT_FALSE(found->correct);
  EXPECT_TRUE(found->held_out);
  EXPECT_EQ(found->found, "two\nor so");
  EXPECT_TRUE(records.find("a")->correct);
  EXPECT_EQ(records.find("c"), nullptr);
}

TEST(Records, LoseOnlyALineThatWasBeingWritten) {
  const test::TemporaryFolder folder;
  {
    Records records(folder / "out", kSettings);
    records.add(record("a", true));
  }
  std::ofstream(folder / "out/items.jsonl", std::ios::app) << R"({"id": "b", "par)";
  {
    Records records(folder / "out", kSettings);
    EXPECT_NE(records.find("a"), nullptr);
    EXPECT_EQ(records.find("b"), nullptr);
    records.add(record("b", true));
  }
  EXPECT_NE(Records(folder / "out", kSettings).find("b"), nullptr);
}

TEST(Records, KeepAnAnswerThatIsNoText) {
  const test::TemporaryFolder folder;
  {
    Records records(folder / "out", kSettings);
    auto odd = record("a", false);
    odd.found = "\xC3";
    records.add(odd);
  }
  EXPECT_EQ(Records(folder / "out", kSettings).find("a")->found, "\xEF\xBF\xBD");
}

TEST(Records, RefuseAFolderOfOtherSettingsAndADamagedLine) {
  const test::TemporaryFolder folder;
  const auto path = (folder / "out").string();
  { Records(path, kSettings).add(record("a", true)); }
  EXPECT_EQ(test::error_of([&] {
              Records(path, {{"model", "m"}, {"seed", 2}});
            }),
            path + ": holds results of another model, detector or settings; see settings.json");
  std::ofstream(path + "/items.jsonl", std::ios::app) << "{}\n";
  EXPECT_EQ(test::error_of([&] { Records(path, kSettings); }),
            path + "/items.jsonl:2: 'id' is missing");
}

TEST(Records, KeepPicturesOnlyInAFolder) {
  const test::TemporaryFolder folder;
  const Image image = {.width = 2, .height = 1, .pixels = {1, 2, 3, 4, 5, 6}};
  const Records records(folder / "out", kSettings);
  records.keep_picture("edit/add/0", image);
  EXPECT_EQ(records.picture("edit/add/0"), image);
  EXPECT_EQ(records.picture("edit/add/1"), std::nullopt);
  Records().keep_picture("edit/add/0", image);
  EXPECT_EQ(Records().picture("edit/add/0"), std::nullopt);
}

Record item(const std::string& category, bool held_out, bool correct) {
  return {.id = "", .part = "edit", .category = category, .held_out = held_out, .correct = correct};
}

SceneReport small_report() {
  SceneReport report;
  auto& edit = report.parts["edit"];
  edit.add(item("add", false, true));
  edit.add(item("add", false, true));
  edit.add(item("add", true, false));
  edit.add(item("move", false, false));
  report.detector.likely = {.num_objects = 9, .num_boxes = 9, .num_classes = 9, .num_right = 9};
  report.detector.sure = {.num_objects = 9, .num_right = 8, .num_false_alarms = 1};
  return report;
}

TEST(SceneReport, ScoresTheMeanOfCategoriesAndTheLowerAccuracyOfTheJudge) {
  const auto json = to_json(small_report());
  EXPECT_NEAR(json["edit"].get<double>(), (2.0 / 3 + 0) / 2, 1e-12);
  EXPECT_TRUE(json["geneval"].is_null());
  EXPECT_TRUE(json["qa"].is_null());
  EXPECT_NEAR(json["detector"].get<double>(), 0.8, 1e-12);
  EXPECT_FALSE(json["counts"].get<bool>());
  EXPECT_NEAR(json["seen"]["edit"].get<double>(), 2.0 / 3, 1e-12);
  EXPECT_EQ(json["held_out"]["edit"].get<double>(), 0.0);
  EXPECT_TRUE(json["categories"]["edit"]["move"]["held_out"].is_null());
  EXPECT_EQ(json["categories"]["edit"]["add"]["items"].get<int>(), 3);
}

TEST(SceneReport, IsATableForPeople) {
  EXPECT_EQ(table_of(small_report()),
            "% right                     all     seen   held out   items\n"
            "edit (judge 80.00)        33.33    66.67       0.00       4\n"
            "  add                     66.67   100.00       0.00       3\n"
            "  move                     0.00     0.00          -       1\n"
            "detector: 100.00 % of 9 objects right with 0 false alarms; 80.00 % above 0.9");
}

}  // namespace
}  // namespace unipic::eval
