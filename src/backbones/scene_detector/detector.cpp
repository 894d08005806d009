#include "backbones/scene_detector/detector.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "convert/load_weights.h"
#include "io/resample.h"
#include "io/tensor_file.h"

namespace unipic::scene_detector {
namespace fs = std::filesystem;

namespace {

torch::Tensor pixels_of(const Image& image) {
  const auto bytes_HW3 = torch::from_blob(const_cast<uint8_t*>(image.pixels.data()),
                                          {image.height, image.width, 3}, torch::kByte);
  return bytes_HW3.permute({2, 0, 1}).to(torch::kFloat) / 127.5 - 1.0;
}

Box within(const Box& box, const Image& image) {
  const auto width = static_cast<double>(image.width), height = static_cast<double>(image.height);
  return {std::clamp(box.left, 0.0, width), std::clamp(box.top, 0.0, height),
          std::clamp(box.right, 0.0, width), std::clamp(box.bottom, 0.0, height)};
}

}  // namespace

Box View::to_view(const Box& box) const {
  return {scale * (box.left + left), scale * (box.top + top), scale * (box.right + left),
          scale * (box.bottom + top)};
}

Box View::to_picture(const Box& box) const {
  return {box.left / scale - left, box.top / scale - top, box.right / scale - left,
          box.bottom / scale - top};
}

View view_of(const Image& image, int64_t size) {
  const int64_t side = std::max(image.width, image.height);
  const auto square = image.width == image.height ? image : io::pad_to_square(image);
  return {.pixels_3PP = pixels_of(
              side == size ? square : io::resize(square, size, size, io::Resampling::kBicubic)),
          .scale = static_cast<double>(size) / static_cast<double>(side),
          .left = static_cast<double>((side - image.width) / 2),
          .top = static_cast<double>((side - image.height) / 2)};
}

SceneDetector load_network(const fs::path& folder) {
  check(fs::is_directory(folder), "{}: no such folder of a detector", folder.string());
  const auto config_path = folder / kConfigFile;
  SceneDetector model(config_from_json(read_json(config_path), config_path.string()));
  convert::WeightSource source((folder / kWeightsFile).string());
  source.add(io::open_tensor_file(folder / kWeightsFile));
  const auto left_over = convert::load_weights(*model, source, {});
  check(left_over.empty(), "{}: {} tensors too many, the first is '{}'", source.where(),
        left_over.size(), left_over.empty() ? "" : left_over.front());
  return model;
}

Detector Detector::load(const fs::path& folder) { return Detector(load_network(folder)); }

std::vector<Object> Detector::detect(const Image& image) const {
  const torch::NoGradGuard no_grad;
  const auto view = view_of(image, config().size);
  auto objects = decode(config(), model_->forward(view.pixels_3PP.unsqueeze(0))).front();
  for (auto& object : objects) object.box = within(view.to_picture(object.box), image);
  return objects;
}

}  // namespace unipic::scene_detector
