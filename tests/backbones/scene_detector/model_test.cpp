#include "backbones/scene_detector/model.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "backbones/scene_detector/detector.h"
#include "backbones/scene_detector/labelled_scenes.h"
#include "backbones/scene_detector/loss.h"
#include "optim/adamw.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::scene_detector {
namespace {

Config tiny_config() {
  auto config = test::scene_config(64);
  config.widths = {16, 16, 32, 32};
  config.blocks = {0, 1, 0};
  config.norm_groups = 4;
  return config;
}

SceneDetector tiny_detector() {
  SceneDetector model(tiny_config());
  initialize(model, 1);
  return model;
}

TEST(SceneDetector, HasLessThanTwoMillionWeights) {
  SceneDetector model(test::scene_config(128));
  int64_t count = 0;
  for (const auto& parameter : model->parameters()) count += parameter.numel();
  EXPECT_LT(count, 2'000'000);
  EXPECT_GT(count, 1'000'000);
}

TEST(SceneDetector, SeesNothingBeforeItIsTrained) {
  const Detector detector(tiny_detector());
  EXPECT_TRUE(detector.detect(test::labelled_scene(3, 64).image).empty());
}

TEST(SceneDetector, LearnsAFewScenesByHeart) {
  // So small a network is slower on several, much slower where others compute too.
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  auto model = tiny_detector();
  std::vector<std::vector<Object>> wanted;
  std::vector<torch::Tensor> pixels;
  for (const uint64_t index : {3, 5}) {
    const auto scene = test::labelled_scene(index, 64);
    pixels.push_back(view_of(scene.image, 64).pixels_3PP);
    wanted.push_back(scene.objects);
  }
  const auto pixels_B3PP = torch::stack(pixels);
  const auto targets = make_targets(model->config(), wanted);
  std::vector<optim::ParameterGroup> groups(1);
  for (const auto& parameter : model->named_parameters()) {
    groups[0].parameters.push_back({parameter.key(), parameter.value()});
  }
  optim::AdamW optimizer(groups, {.beta1 = 0.9, .beta2 = 0.95, .eps = 1e-8});
  for (int step = 0; step < 60; ++step) {
    optimizer.zero_grad();
    detection_loss(model->forward(pixels_B3PP), targets, {}).total.backward();
    optimizer.step(5e-3);
  }
  const auto found = decode(model->config(), model->forward(pixels_B3PP));
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto result = scenes::recognition(found[i], wanted[i], 0.5F, scenes::test::catalogue());
    EXPECT_EQ(result.accuracy(), 1.0) << "scene " << i;
  }
  at::set_num_threads(threads);
}

TEST(DetectionLoss, IsNothingForCellsThatAreRightAndCountsEachMistakeInItsPart) {
  const auto config = tiny_config();
  const std::vector<std::vector<Object>> wanted = {
      {{.class_index = 7, .colour_index = 3, .box = {8, 8, 40, 48}}}};
  const auto targets = make_targets(config, wanted);
  const auto shown = targets.colours_BGG != kIgnored;
  Output output = {.class_logits_BNGG = 30 * torch::one_hot(targets.classes_BGG.clamp_min(0),
                                                            config.num_classes() + 1)
                                                 .permute({0, 3, 1, 2})
                                                 .to(torch::kFloat),
                   .sides_B4GG = targets.sides_B4GG,
                   .colour_logits_BKGG =
                       30 * torch::one_hot(targets.colours_BGG.clamp_min(0), config.num_colours())
                                .permute({0, 3, 1, 2})
                                .to(torch::kFloat)};
  const auto right = detection_loss(output, targets, {});
  EXPECT_NEAR(right.total.item<double>(), 0, 1e-5);

  auto wrong = output;
  wrong.sides_B4GG = 2 * output.sides_B4GG;  // a quarter of it overlaps
  wrong.colour_logits_BKGG = torch::zeros_like(output.colour_logits_BKGG);
  const auto parts = detection_loss(wrong, targets, {.box = 10, .colour = 100});
  EXPECT_NEAR(parts.boxes.item<double>(), std::log(4.0), 1e-4);
  EXPECT_NEAR(parts.colours.item<double>(), std::log(12.0), 1e-4);
  EXPECT_NEAR(parts.total.item<double>(), 10 * std::log(4.0) + 100 * std::log(12.0), 1e-2);
  // The rim is neither rewarded nor punished.
  EXPECT_GT((targets.classes_BGG == kIgnored).sum().item<int64_t>(), 0);
  EXPECT_EQ(((targets.classes_BGG == kIgnored) & shown).sum().item<int64_t>(), 0);
}

TEST(View, BoxesOfAWidePictureComeBackWhereTheyWere) {
  const Image image = {.width = 96, .height = 64, .pixels = std::vector<uint8_t>(96 * 64 * 3, 255)};
  const auto view = view_of(image, 48);
  EXPECT_EQ(view.pixels_3PP.sizes(), (std::vector<int64_t>{3, 48, 48}));
  EXPECT_EQ(view.to_view({0, 0, 96, 64}), (Box{0, 8, 48, 40}));
  EXPECT_EQ(view.to_picture(view.to_view({10, 20, 30, 40})), (Box{10, 20, 30, 40}));
  EXPECT_NEAR(view.pixels_3PP[0][24][24].item<float>(), 1, 1e-5);
  EXPECT_NEAR(view.pixels_3PP[0][2][24].item<float>(), 127 / 127.5 - 1, 1e-5);
}

TEST(Detector, NamesTheFolderThatIsNotThere) {
  const test::TemporaryFolder folder;
  const auto path = folder / "none";
  EXPECT_EQ(test::error_of([&] { Detector::load(path); }),
            path.string() + ": no such folder of a detector");
}

}  // namespace
}  // namespace unipic::scene_detector
