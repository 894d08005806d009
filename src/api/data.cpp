#include "unipic/data.h"

#include <fmt/format.h>

#include <cmath>

#include "base/check.h"
#include "data/contact_sheet.h"
#include "data/scenes/render.h"
#include "data/scenes/sample.h"

namespace unipic {
namespace {

constexpr int64_t kMaxCount = 10000;
constexpr int64_t kMaxPixels = 100'000'000;
constexpr double kSheetProportion = 1.5;  // width to height, without captions

// Makes the samples that a sheet shows.
class Shower {
 public:
  explicit Shower(const ShowDataOptions& options)
      : options_(options), catalogue_(scenes::Catalogue::load()) {
    scene_options_.split = options.held_out ? scenes::Split::kHeldOut : scenes::Split::kTrain;
  }

  data::SheetCell cell(uint64_t index) const {
    const SampleKey key{options_.seed, options_.epoch, index, 0};
    if (options_.kind == "caption") {
      const auto sample = scenes::caption_sample(key, scene_options_, catalogue_);
      return {{draw(sample.scene)}, sample.caption};
    }
    if (options_.kind == "edit") {
      const auto edit = scenes::edit_sample(key, scene_options_, catalogue_);
      return {{draw(edit.before), draw(edit.after)}, edit.instruction};
    }
    const auto [scene, question] = scenes::question_sample(key, scene_options_, catalogue_);
    return {{draw(scene)}, fmt::format("{} [{}]", question.text, question.answer)};
  }

 private:
  Image draw(const scenes::Scene& scene) const {
    return scenes::render(scene, catalogue_, options_.size, options_.size).image;
  }

  const ShowDataOptions& options_;
  scenes::Catalogue catalogue_;
  scenes::SceneOptions scene_options_;
};

void validate(const ShowDataOptions& options) {
  check_usage(options.kind == "caption" || options.kind == "edit" || options.kind == "question",
              "there are no '{}' samples, only caption, edit and question", options.kind);
  check_usage(options.count >= 1 && options.count <= kMaxCount,
              "{} samples: from 1 to {} can be shown", options.count, kMaxCount);
  const int64_t pictures = options.count * (options.kind == "edit" ? 2 : 1);
  check_usage(options.size >= 16 && options.size <= 4096 &&
                  pictures * options.size * options.size <= kMaxPixels,
              "{} samples of {} pixels a side: sides are from 16 to 4096, a sheet has at most {} "
              "pixels",
              options.count, options.size, kMaxPixels);
}

}  // namespace

Image show_data(const ShowDataOptions& options) {
  validate(options);
  const Shower shower(options);
  std::vector<data::SheetCell> cells;
  for (int64_t i = 0; i < options.count; ++i)
    cells.push_back(shower.cell(static_cast<uint64_t>(i)));
  const double cell_proportion = static_cast<double>(cells[0].pictures.size());
  const auto columns =
      static_cast<size_t>(std::max(1.0, std::round(std::sqrt(static_cast<double>(options.count) *
                                                             kSheetProportion / cell_proportion))));
  return data::contact_sheet(cells, columns, data::BitmapFont::load());
}

}  // namespace unipic
