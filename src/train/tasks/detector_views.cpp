#include "train/tasks/detector_views.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "backbones/scene_detector/detector.h"
#include "data/scenes/sample.h"
#include "io/resample.h"

namespace unipic::train {
namespace {

// Beside those of the scenes themselves.
constexpr uint8_t kVariationLane = 40;

struct Variation {
  double width = 1, height = 1;  // of the scene
  int64_t shorter_side = 0;      // pixels
  double blur = 1;               // how much smaller the picture is made and then larger again
  int noise = 0;                 // largest change of a number
  std::array<double, 3> gain = {1, 1, 1};
  double offset = 0;
};

Variation random_variation(int64_t size, RandomStream& random) {
  Variation variation;
  if (random.chance(0.2)) {
    (random.chance(0.5) ? variation.width : variation.height) = random.uniform(1, 1.5);
  }
  const auto pixels = static_cast<int>(size);
  variation.shorter_side = random.chance(0.3) ? size : random.between(pixels * 3 / 4, 2 * pixels);
  if (random.chance(0.35)) variation.blur = random.uniform(1, 2.2);
  if (random.chance(0.35)) variation.noise = random.between(1, 24);
  if (random.chance(0.5)) {
    const double all = random.uniform(0.92, 1.08);
    for (double& gain : variation.gain) gain = all * random.uniform(0.96, 1.04);
    variation.offset = random.uniform(-10, 10);
  }
  return variation;
}

Image blurred(const Image& image, double factor) {
  const auto smaller = [&](int64_t side) {
    return std::max<int64_t>(1, std::llround(static_cast<double>(side) / factor));
  };
  return io::resize(
      io::resize(image, smaller(image.width), smaller(image.height), io::Resampling::kBilinear),
      image.width, image.height, io::Resampling::kBilinear);
}

void shift_colours(Image& image, const Variation& variation, RandomStream& random) {
  const auto most = static_cast<uint32_t>(2 * variation.noise + 1);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    double value = variation.gain[i % 3] * image.pixels[i] + variation.offset;
    if (variation.noise > 0) value += static_cast<int>(random.below(most)) - variation.noise;
    image.pixels[i] = static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
  }
}

LabelledView look_at(const Image& image, std::vector<scenes::SeenObject> objects, int64_t size) {
  const auto view = scene_detector::view_of(image, size);
  for (auto& object : objects) object.box = view.to_view(object.box);
  return {view.pixels_3PP, std::move(objects)};
}

}  // namespace

LabelledView plain_view(const SampleKey& key, scenes::Split split,
                        const scenes::Catalogue& catalogue, int64_t size) {
  const auto scene = scenes::caption_sample(key, {.split = split}, catalogue).scene;
  const auto picture = scenes::render(scene, catalogue, size, size);
  return look_at(picture.image, scenes::labels_of(scene, picture), size);
}

LabelledView varied_view(const SampleKey& key, scenes::Split split,
                         const scenes::Catalogue& catalogue, int64_t size) {
  RandomStream random(key.with_lane(kVariationLane));
  const auto variation = random_variation(size, random);
  const scenes::SceneOptions options = {
      .split = split, .width = variation.width, .height = variation.height};
  const auto scene = scenes::caption_sample(key, options, catalogue).scene;
  const auto pixels = [&](double side) {
    return std::llround(side * static_cast<double>(variation.shorter_side));
  };
  auto picture =
      scenes::render(scene, catalogue, pixels(variation.width), pixels(variation.height));
  const auto objects = scenes::labels_of(scene, picture);
  if (variation.blur > 1) picture.image = blurred(picture.image, variation.blur);
  shift_colours(picture.image, variation, random);
  return look_at(picture.image, objects, size);
}

}  // namespace unipic::train
