#pragma once

#include <filesystem>
#include <vector>

#include "backbones/scene_detector/decode.h"
#include "unipic/image.h"

namespace unipic::scene_detector {

// The files of a detector's folder.
inline constexpr const char* kWeightsFile = "detector.safetensors";
inline constexpr const char* kConfigFile = "detector.json";

// A picture as the network looks at it: in the middle of a grey square, resized.
struct View {
  torch::Tensor pixels_3PP;  // -1..1
  double scale = 1;          // pixels of the view to one of the picture
  double left = 0;           // of the picture within the square, in the picture's pixels
  double top = 0;

  Box to_view(const Box& box) const;
  Box to_picture(const Box& box) const;
};
View view_of(const Image& image, int64_t size);

// The network in a folder with the two files, with weights that are not trained any more. Throws
// `Error` if they are missing or do not fit each other.
SceneDetector load_network(const std::filesystem::path& folder);

// Finds objects in pictures of any size. One thread at a time.
class Detector {
 public:
  explicit Detector(SceneDetector model) : model_(std::move(model)) {}
  // As `load_network`.
  static Detector load(const std::filesystem::path& folder);

  const Config& config() const { return model_->config(); }

  // Best first, also unlikely ones; boxes in pixels of the picture, within it.
  std::vector<Object> detect(const Image& image) const;

 private:
  SceneDetector model_;
};

}  // namespace unipic::scene_detector
