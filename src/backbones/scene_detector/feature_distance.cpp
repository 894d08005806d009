#include "backbones/scene_detector/feature_distance.h"

namespace unipic::scene_detector {
using torch::Tensor;

namespace {

Tensor unit_length(const Tensor& x_BCHW) {
  constexpr double kLeast = 1e-8;
  return x_BCHW / (x_BCHW.square().sum(1, /*keepdim=*/true) + kLeast).sqrt();
}

}  // namespace

Tensor feature_distance(const SceneDetector& model, const Tensor& a_B3HW, const Tensor& b_B3HW) {
  std::vector<Tensor> wanted;
  {
    torch::NoGradGuard no_grad;
    wanted = model->features(b_B3HW);
  }
  const auto found = model->features(a_B3HW);
  auto sum = torch::zeros({}, a_B3HW.options());
  for (size_t level = 0; level < found.size(); ++level) {
    const auto error = unit_length(found[level]) - unit_length(wanted[level]);
    sum = sum + error.square().sum(1).mean();
  }
  return sum;
}

}  // namespace unipic::scene_detector
