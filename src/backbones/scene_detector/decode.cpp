#include "backbones/scene_detector/decode.h"

#include <algorithm>
#include <utility>

namespace unipic::scene_detector {
using torch::Tensor;

namespace {

bool is_another(const Object& candidate, const Object& better, const DecodeOptions& options) {
  if (overlap(candidate.box, better.box) > options.most_overlap) return false;
  return candidate.class_index != better.class_index ||
         shared_area(candidate.box, better.box) <= options.most_inside * candidate.box.area();
}

std::vector<Object> without_repetitions(std::vector<Object> candidates,
                                        const DecodeOptions& options) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Object& a, const Object& b) { return a.score > b.score; });
  std::vector<Object> kept;
  for (auto& candidate : candidates) {
    const bool is_new = std::all_of(kept.begin(), kept.end(), [&](const Object& better) {
      return is_another(candidate, better, options);
    });
    if (is_new) kept.push_back(std::move(candidate));
  }
  return kept;
}

// The cells of one picture, one row each.
struct Cells {
  Tensor scores_S, classes_S, sides_S4, colours_SK;
};

std::vector<Object> objects_of(const Config& config, const Cells& cells,
                               const DecodeOptions& options) {
  const auto scores = cells.scores_S.accessor<float, 1>();
  const auto classes = cells.classes_S.accessor<int64_t, 1>();
  const auto sides = cells.sides_S4.accessor<float, 2>();
  const float* colours = cells.colours_SK.const_data_ptr<float>();
  const auto size = static_cast<double>(config.size);

  std::vector<Object> candidates;
  for (int64_t cell = 0; cell < scores.size(0); ++cell) {
    if (scores[cell] < options.least_score) continue;
    const double x = (static_cast<double>(cell % config.grid()) + 0.5) * kStride;
    const double y = (static_cast<double>(cell / config.grid()) + 0.5) * kStride;
    const float* first = colours + cell * config.num_colours();
    const float* last = first + config.num_colours();
    const Box box = {x - size * sides[cell][0], y - size * sides[cell][1],
                     x + size * sides[cell][2], y + size * sides[cell][3]};
    candidates.push_back({.class_index = classes[cell],
                          .colour_index = std::max_element(first, last) - first,
                          .box = box,
                          .score = scores[cell],
                          .colour_scores = {first, last}});
  }
  return without_repetitions(std::move(candidates), options);
}

}  // namespace

std::vector<std::vector<Object>> decode(const Config& config, const Output& output,
                                        const DecodeOptions& options) {
  const torch::NoGradGuard no_grad;
  const auto by_cell = [](const Tensor& x_BCGG) {
    return x_BCGG.detach().to(torch::kCPU, torch::kFloat).flatten(2).transpose(1, 2).contiguous();
  };
  const auto classes_BSN =
      by_cell(output.class_logits_BNGG).softmax(2).narrow(2, 0, config.num_classes());
  const auto [scores_BS, best_BS] = classes_BSN.max(2);
  const auto sides_BS4 = by_cell(output.sides_B4GG);
  const auto colours_BSK = by_cell(output.colour_logits_BKGG).softmax(2);

  std::vector<std::vector<Object>> pictures;
  for (int64_t picture = 0; picture < scores_BS.size(0); ++picture) {
    pictures.push_back(objects_of(
        config, {scores_BS[picture], best_BS[picture], sides_BS4[picture], colours_BSK[picture]},
        options));
  }
  return pictures;
}

}  // namespace unipic::scene_detector
