#include "backbones/scene_detector/loss.h"

#include <torch/nn/functional/loss.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace unipic::scene_detector {
using torch::Tensor;

namespace {

// From an object's middle, in parts of its sides.
constexpr double kMiddle = 0.25;
constexpr double kRim = 0.375;

// The targets of one picture.
class Canvas {
 public:
  Canvas(const Config& config, const Targets& targets, int64_t picture)
      : config_(config),
        classes_(targets.classes_BGG.accessor<int64_t, 3>()[picture]),
        sides_(targets.sides_B4GG.accessor<float, 4>()[picture]),
        colours_(targets.colours_BGG.accessor<int64_t, 3>()[picture]),
        distances_(static_cast<size_t>(config.grid() * config.grid()),
                   std::numeric_limits<double>::infinity()) {}

  void add(const Object& object) {
    const auto& box = object.box;
    for (int64_t row = 0; row < config_.grid(); ++row) {
      const double y = (static_cast<double>(row) + 0.5) * kStride;
      const double down = std::abs(y - box.centre_y());
      if (down > reach(kRim, box.height(), 1.0)) continue;
      for (int64_t column = 0; column < config_.grid(); ++column) {
        const double x = (static_cast<double>(column) + 0.5) * kStride;
        const double across = std::abs(x - box.centre_x());
        if (across > reach(kRim, box.width(), 1.0)) continue;
        const bool in_middle =
            across <= reach(kMiddle, box.width(), 0.5) && down <= reach(kMiddle, box.height(), 0.5);
        auto& nearest = distances_[static_cast<size_t>(row * config_.grid() + column)];
        const double distance = std::hypot(across, down);
        if (in_middle && distance < nearest) {
          nearest = distance;
          fill(object, row, column, {x - box.left, y - box.top, box.right - x, box.bottom - y});
        } else if (std::isinf(nearest)) {
          classes_[row][column] = kIgnored;
        }
      }
    }
  }

 private:
  // A share of a side, but not less than `cells`.
  static double reach(double share, double side, double cells) {
    return std::max(share * side, cells * kStride);
  }

  void fill(const Object& object, int64_t row, int64_t column, const std::array<double, 4>& sides) {
    classes_[row][column] = object.class_index;
    colours_[row][column] = object.colour_index;
    for (int64_t side = 0; side < 4; ++side) {
      sides_[side][row][column] =
          static_cast<float>(sides[static_cast<size_t>(side)] / static_cast<double>(config_.size));
    }
  }

  const Config& config_;
  torch::TensorAccessor<int64_t, 2> classes_;
  torch::TensorAccessor<float, 3> sides_;
  torch::TensorAccessor<int64_t, 2> colours_;
  std::vector<double> distances_;
};

// Of boxes around the same cells, given by their sides.
Tensor overlap_of(const Tensor& a_4S, const Tensor& b_4S) {
  const auto area = [](const Tensor& sides_4S) {
    return (sides_4S[0] + sides_4S[2]).clamp_min(0) * (sides_4S[1] + sides_4S[3]).clamp_min(0);
  };
  const auto shared = area(torch::min(a_4S, b_4S));
  return shared / (area(a_4S) + area(b_4S) - shared);
}

}  // namespace

Targets Targets::to(torch::Device device) const {
  return {classes_BGG.to(device), sides_B4GG.to(device), colours_BGG.to(device)};
}

Targets make_targets(const Config& config, std::span<const std::vector<Object>> objects) {
  const auto batch = static_cast<int64_t>(objects.size());
  const int64_t grid = config.grid();
  const Targets targets = {
      .classes_BGG = torch::full({batch, grid, grid}, config.num_classes(), torch::kLong),
      .sides_B4GG = torch::zeros({batch, 4, grid, grid}),
      .colours_BGG = torch::full({batch, grid, grid}, kIgnored, torch::kLong)};
  for (int64_t picture = 0; picture < batch; ++picture) {
    Canvas canvas(config, targets, picture);
    for (const auto& object : objects[static_cast<size_t>(picture)]) canvas.add(object);
  }
  return targets;
}

LossParts detection_loss(const Output& output, const Targets& targets, const LossWeights& weights) {
  namespace F = torch::nn::functional;
  const auto sum_over = [](const Tensor& logits, const Tensor& wanted) {
    return F::cross_entropy(
        logits, wanted, F::CrossEntropyFuncOptions().ignore_index(kIgnored).reduction(torch::kSum));
  };
  const auto shown_BGG = targets.colours_BGG != kIgnored;
  const auto num_shown = shown_BGG.sum().clamp_min(1).to(torch::kFloat);
  // A thin object may lie beside its cell's middle, and then has a side below zero.
  constexpr double kLeastOverlap = 1e-3;
  const auto at_shown = [&](const Tensor& sides_B4GG) {
    return sides_B4GG.transpose(0, 1).flatten(1).index(
        {torch::indexing::Slice(), shown_BGG.flatten()});
  };
  const auto overlap_S = overlap_of(at_shown(output.sides_B4GG), at_shown(targets.sides_B4GG));

  LossParts parts;
  parts.classes = sum_over(output.class_logits_BNGG, targets.classes_BGG) / num_shown;
  parts.boxes = -overlap_S.clamp_min(kLeastOverlap).log().sum() / num_shown;
  parts.colours = sum_over(output.colour_logits_BKGG, targets.colours_BGG) / num_shown;
  parts.total = parts.classes + weights.box * parts.boxes + weights.colour * parts.colours;
  return parts;
}

}  // namespace unipic::scene_detector
