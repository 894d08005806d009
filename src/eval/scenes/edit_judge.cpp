#include "eval/scenes/edit_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "eval/scenes/object_wishes.h"
#include "io/resample.h"

namespace unipic::eval {
namespace {

constexpr int64_t kCoarse = 32;  // pixels a side at which backgrounds are compared

using Counts = std::function<bool(int64_t x, int64_t y)>;

// Mean absolute difference of two pictures of one size over the pixels that count.
double difference_of(const Image& a, const Image& b, const Counts& counts) {
  double sum = 0, number = 0;
  for (int64_t y = 0; y < a.height; ++y) {
    for (int64_t x = 0; x < a.width; ++x) {
      if (!counts(x, y)) continue;
      const auto at = static_cast<size_t>(3 * (y * a.width + x));
      for (size_t i = at; i < at + 3; ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
      number += 3;
    }
  }
  return number > 0 ? sum / number : 0;
}

struct Comparison {
  Image result, target, source;
  Counts counts;
};

std::optional<std::string> too_far(const Comparison& pictures, const EditTolerance& tolerance) {
  const double error = difference_of(pictures.result, pictures.target, pictures.counts);
  const double unchanged = difference_of(pictures.source, pictures.target, pictures.counts);
  if (error <= tolerance.most_error && error <= tolerance.most_share * unchanged) {
    return std::nullopt;
  }
  return fmt::format("{:.1f} from the target, the source is {:.1f}", error, unchanged);
}

// Judges one edited picture.
class EditJudge {
 public:
  EditJudge(const scenes::Edit& edit, const Image& result, const scenes::Catalogue& catalogue,
            const EditTolerance& tolerance)
      : edit_(edit), result_(result), catalogue_(catalogue), tolerance_(tolerance) {}

  std::optional<std::string> wrong_style() const {
    return too_far({.result = result_,
                    .target = draw(edit_.after).image,
                    .source = draw(edit_.before).image,
                    .counts = [](int64_t, int64_t) { return true; }},
                   tolerance_);
  }

  std::optional<std::string> wrong_background() const {
    const auto target = draw(edit_.after);
    const auto coarse = [](const Image& image) {
      return io::resize(image, kCoarse, kCoarse, io::Resampling::kBilinear);
    };
    return too_far({.result = coarse(result_),
                    .target = coarse(target.image),
                    .source = coarse(draw(edit_.before).image),
                    .counts = [&](int64_t x, int64_t y) { return is_free(x, y, target.boxes); }},
                   tolerance_);
  }

  std::optional<std::string> wrong_objects(const Look& look) const {
    auto seen = look(result_);
    std::erase_if(seen, [](const auto& object) { return object.score <= scenes::kLikelyScore; });
    return unmet_wish(wishes_of(edit_, catalogue_, result_.width, result_.height), seen,
                      catalogue_);
  }

 private:
  scenes::Picture draw(const scenes::Scene& scene) const {
    return render(scene, catalogue_, result_.width, result_.height);
  }

  // Whether no object touches this coarse pixel or a neighbour of it.
  bool is_free(int64_t x, int64_t y, const std::vector<unipic::Box>& boxes) const {
    const double width = static_cast<double>(result_.width) / kCoarse;
    const double height = static_cast<double>(result_.height) / kCoarse;
    const auto column = static_cast<double>(x), row = static_cast<double>(y);
    const unipic::Box around = {(column - 1) * width, (row - 1) * height, (column + 2) * width,
                                (row + 2) * height};
    return std::none_of(boxes.begin(), boxes.end(),
                        [&](const unipic::Box& box) { return touch(around, box, 0); });
  }

  const scenes::Edit& edit_;
  const Image& result_;
  const scenes::Catalogue& catalogue_;
  const EditTolerance& tolerance_;
};

}  // namespace

EditVerdict judge_edit(const scenes::Edit& edit, const Image& result, const Look& look,
                       const scenes::Catalogue& catalogue, const EditTolerance& tolerance) {
  const EditJudge judge(edit, result, catalogue, tolerance);
  std::optional<std::string> wrong;
  if (edit.kind == scenes::EditKind::kStyle) {
    wrong = judge.wrong_style();
  } else {
    if (edit.kind == scenes::EditKind::kBackground) wrong = judge.wrong_background();
    if (!wrong) wrong = judge.wrong_objects(look);
  }
  return {.correct = !wrong, .reason = wrong.value_or("")};
}

}  // namespace unipic::eval
