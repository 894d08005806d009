#include "train/tasks/detector_task.h"

#include <gtest/gtest.h>

#include "backbones/scene_detector/detector.h"
#include "data/scenes/sample.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

std::shared_ptr<const scenes::Catalogue> catalogue() {
  static const auto catalogue =
      std::make_shared<const scenes::Catalogue>(scenes::Catalogue::load());
  return catalogue;
}

DetectorSettings tiny() {
  DetectorSettings settings;
  settings.config.size = 32;
  settings.config.widths = {8, 8, 8, 8};
  settings.config.blocks = {0, 1, 0};
  settings.config.norm_groups = 2;
  settings.batch = 2;
  settings.held_out = 3;
  return settings;
}

TEST(DetectorViews, AreAPureFunctionOfTheirKeyAndLabelWhatTheyShow) {
  for (uint64_t index = 0; index < 40; ++index) {
    const SampleKey key = {.seed = 3, .index = index};
    const auto view = varied_view(key, scenes::Split::kTrain, *catalogue(), 48);
    const auto again = varied_view(key, scenes::Split::kTrain, *catalogue(), 48);
    EXPECT_TRUE(torch::equal(view.pixels_3PP, again.pixels_3PP));
    EXPECT_EQ(view.pixels_3PP.sizes(), (std::vector<int64_t>{3, 48, 48}));
    ASSERT_FALSE(view.objects.empty());
    for (const auto& object : view.objects) {
      EXPECT_TRUE(object.box.left >= 0 && object.box.top >= 0 && object.box.right <= 48 &&
                  object.box.bottom <= 48 && object.box.area() > 0);
    }
  }
}

TEST(DetectorViews, ShowTheSceneItselfUnlessVaried) {
  const SampleKey key = {.seed = 3, .index = 2};
  const auto plain = plain_view(key, scenes::Split::kHeldOut, *catalogue(), 48);
  const auto scene =
      scenes::caption_sample(key, {.split = scenes::Split::kHeldOut}, *catalogue()).scene;
  const auto picture = scenes::render(scene, *catalogue(), 48, 48);
  EXPECT_EQ(plain.objects.size(), picture.boxes.size());
  EXPECT_NEAR(plain.pixels_3PP[1][20][30].item<float>(),
              picture.image.pixels[3 * (20 * 48 + 30) + 1] / 127.5 - 1, 1e-5);
}

TEST(DetectorTask, WritesAFolderThatTheJudgeLoads) {
  const test::TemporaryFolder folder;
  DetectorTask task(tiny(), catalogue(), /*seed=*/5);
  TrainerSettings settings;
  settings.steps = 2;
  settings.precision = Precision::kF32;
  settings.evaluate_every = 1;
  settings.show_every = 2;
  Trainer trainer(task, settings, folder / "run");
  trainer.run({});
  const auto detector = scene_detector::Detector::load(folder / "run/model");
  EXPECT_EQ(detector.config().classes, scenes::class_labels(*catalogue()));
  EXPECT_TRUE(std::filesystem::exists(folder / "run/pictures/step-00000002.png"));

  std::filesystem::remove(folder / "run/model/detector.safetensors");
  EXPECT_NE(test::error_of([&] {
              scene_detector::Detector::load(folder / "run/model");
            }).find("detector.safetensors"),
            std::string::npos);
}

TEST(DetectorTask, GoesOnWithATrainedJudge) {
  const test::TemporaryFolder folder;
  DetectorTask first(tiny(), catalogue(), /*seed=*/5);
  first.write_model(folder / "judge");
  DetectorSettings settings;
  settings.init = (folder / "judge").string();
  settings.batch = 2;
  DetectorTask further(settings, catalogue(), /*seed=*/6);
  further.write_model(folder / "same");
  EXPECT_EQ(test::read_file(folder / "same/detector.safetensors"),
            test::read_file(folder / "judge/detector.safetensors"));
  EXPECT_GT(further.compute({.step = 0}).loss.item<double>(), 0);

  auto config = read_json(folder / "judge/detector.json");
  config["classes"][0] = "unicorn";
  test::write_file(folder / "judge/detector.json", config.dump());
  EXPECT_NE(test::error_of([&] {
              DetectorTask(settings, catalogue(), 1);
            }).find("tells other classes or colours apart"),
            std::string::npos);
}

TEST(DetectorTask, ThatHasLearntNothingFindsNothing) {
  DetectorTask task(tiny(), catalogue(), /*seed=*/5);
  const auto figures = task.evaluate();
  EXPECT_EQ(figures.at("accuracy"), 0.0);
  EXPECT_EQ(figures.at("boxes"), 0.0);
}

TEST(DetectorTask, ComputesTheSameLossForTheSamePosition) {
  DetectorTask task(tiny(), catalogue(), /*seed=*/5), other(tiny(), catalogue(), /*seed=*/5);
  const auto loss = [](DetectorTask& one, int64_t step) {
    return one.compute({.step = step}).loss.item<double>();
  };
  const double first = loss(task, 3);
  EXPECT_NE(loss(task, 4), first);
  EXPECT_EQ(loss(other, 3), first);
}

TEST(DetectorTask, RefusesSettingsThatMakeNoSense) {
  auto settings = tiny();
  settings.batch = 0;
  EXPECT_EQ(test::error_of([&] { DetectorTask(settings, catalogue(), 1); }),
            "detector.batch = 0, detector.held_out = 3: must be positive");
  settings = tiny();
  settings.config.size = 20;
  EXPECT_NE(test::error_of([&] { DetectorTask(settings, catalogue(), 1); }).find("'size' is 20"),
            std::string::npos);
}

}  // namespace
}  // namespace unipic::train
