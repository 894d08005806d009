#include "backbones/scene_detector/feature_distance.h"

#include <gtest/gtest.h>

namespace unipic::scene_detector {
namespace {

SceneDetector small_detector() {
  SceneDetector model(Config{.size = 32,
                             .widths = {8, 8, 16, 16},
                             .blocks = {1, 1, 1},
                             .norm_groups = 4,
                             .classes = {"cat", "dog"},
                             .colours = {"red"}});
  initialize(model, 5);
  for (auto& parameter : model->parameters()) parameter.set_requires_grad(false);
  return model;
}

TEST(FeatureDistance, GrowsWithWhatIsChanged) {
  torch::manual_seed(1);
  const auto model = small_detector();
  const auto picture = torch::rand({2, 3, 48, 32}) * 2 - 1;  // of no size that the network is for
  const auto change = torch::randn_like(picture);
  EXPECT_EQ(feature_distance(model, picture, picture).item<double>(), 0.0);
  const double little = feature_distance(model, picture + 0.1 * change, picture).item<double>();
  const double much = feature_distance(model, picture + change, picture).item<double>();
  EXPECT_GT(little, 0.0);
  EXPECT_GT(much, 2 * little);
  EXPECT_LE(much, 8.0);  // two strides of vectors of length 1
}

TEST(FeatureDistance, TeachesTheFirstPictureOnly) {
  torch::manual_seed(2);
  const auto a = torch::rand({1, 3, 32, 32}).requires_grad_();
  const auto b = torch::rand({1, 3, 32, 32}).requires_grad_();
  feature_distance(small_detector(), a, b).backward();
  EXPECT_GT(a.grad().abs().max().item<double>(), 0.0);
  EXPECT_FALSE(b.grad().defined());
}

}  // namespace
}  // namespace unipic::scene_detector
