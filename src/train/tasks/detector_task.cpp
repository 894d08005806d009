#include "train/tasks/detector_task.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <cmath>

#include "backbones/scene_detector/detector.h"
#include "base/atomic_file.h"
#include "base/check.h"
#include "base/new_folder.h"
#include "data/contact_sheet.h"
#include "models/unipic1/pixels.h"
#include "train/batch_share.h"
#include "train/tasks/module_parameters.h"

namespace unipic::train {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

constexpr uint64_t kHeldOutSeed = 1'000'003;
constexpr int64_t kMostShown = 12;

scene_detector::Config named(scene_detector::Config config, const scenes::Catalogue& catalogue) {
  config.classes = scenes::class_labels(catalogue);
  config.colours = scenes::colour_labels();
  return config;
}

scene_detector::SceneDetector detector_to_train(const DetectorSettings& settings,
                                                const scenes::Catalogue& catalogue, uint64_t seed) {
  const auto config = named(settings.config, catalogue);
  if (settings.init.empty()) {
    scene_detector::SceneDetector model(config);
    scene_detector::initialize(model, seed);
    return model;
  }
  auto model = scene_detector::load_network(settings.init);
  check(model->config().classes == config.classes && model->config().colours == config.colours,
        "{}: this detector tells other classes or colours apart than the scenes have",
        settings.init);
  for (auto& parameter : model->parameters()) {
    parameter.set_data(parameter.detach().to(torch::kFloat).clone());
    parameter.set_requires_grad(true);
  }
  return model;
}

Tensor stacked(const std::vector<LabelledView>& views) {
  std::vector<Tensor> pixels;
  for (const auto& view : views) pixels.push_back(view.pixels_3PP);
  return torch::stack(pixels);
}

// As many as asked for, made side by side.
template <typename Make>
std::vector<LabelledView> views_of(int64_t count, const Make& make) {
  std::vector<LabelledView> views(static_cast<size_t>(count));
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) views[static_cast<size_t>(i)] = make(i);
  });
  return views;
}

// A red frame.
void draw_box(const Box& box, Image& image) {
  const auto on = [](double edge, int64_t side) {
    return std::clamp<int64_t>(std::llround(edge), 0, side - 1);
  };
  const int64_t left = on(box.left, image.width), right = on(box.right - 1, image.width);
  const int64_t top = on(box.top, image.height), bottom = on(box.bottom - 1, image.height);
  for (int64_t y = top; y <= bottom; ++y) {
    for (int64_t x = left; x <= right; ++x) {
      if (y != top && y != bottom && x != left && x != right) continue;
      auto* pixel = &image.pixels[static_cast<size_t>(3 * (y * image.width + x))];
      pixel[0] = 255;
      pixel[1] = pixel[2] = 0;
    }
  }
}

}  // namespace

void DetectorSettings::validate() const {
  check_usage(batch > 0 && held_out > 0,
              "detector.batch = {}, detector.held_out = {}: must be positive", batch, held_out);
}

DetectorTask::DetectorTask(const DetectorSettings& settings,
                           std::shared_ptr<const scenes::Catalogue> catalogue, uint64_t seed,
                           const TaskResources& resources)
    : settings_((settings.validate(), settings)),
      catalogue_(std::move(catalogue)),
      seed_(seed),
      device_(resources.device),
      model_(detector_to_train(settings, *catalogue_, seed)) {
  model_->to(device_);
}

std::vector<optim::ParameterGroup> DetectorTask::parameter_groups(double weight_decay) {
  return groups_by_decay(*model_, weight_decay);
}

MicroBatchLoss DetectorTask::compute(const BatchPosition& position) {
  const auto start = std::chrono::steady_clock::now();
  const auto share = share_of(settings_.batch, position);
  const int64_t first = position.step * settings_.batch + share.first;
  const auto split = settings_.all_combinations ? scenes::Split::kAny : scenes::Split::kTrain;
  const auto views = views_of(share.count, [&](int64_t i) {
    return varied_view({.seed = seed_, .index = static_cast<uint64_t>(first + i)}, split,
                       *catalogue_, model_->config().size);
  });
  std::vector<std::vector<scenes::SeenObject>> objects;
  for (const auto& view : views) objects.push_back(view.objects);
  const auto targets = scene_detector::make_targets(model_->config(), objects).to(device_);
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;

  const auto parts = scene_detector::detection_loss(model_->forward(stacked(views).to(device_)),
                                                    targets, settings_.loss);
  return {.loss = parts.total,
          .figures = {{"classes", parts.classes.item<double>()},
                      {"boxes", parts.boxes.item<double>()},
                      {"colours", parts.colours.item<double>()}},
          .num_terms = (targets.colours_BGG != scene_detector::kIgnored).sum().item<int64_t>(),
          .num_samples = share.count,
          .data_seconds = waited.count()};
}

std::vector<LabelledView> DetectorTask::held_out_views(int64_t count) const {
  return views_of(count, [&](int64_t i) {
    return plain_view({.seed = kHeldOutSeed, .index = static_cast<uint64_t>(i)},
                      scenes::Split::kHeldOut, *catalogue_, model_->config().size);
  });
}

std::vector<scene_detector::Object> DetectorTask::objects_in(const LabelledView& view) const {
  const auto output = model_->forward(view.pixels_3PP.unsqueeze(0).to(device_));
  return scene_detector::decode(model_->config(), output.to(torch::kCPU)).front();
}

Figures DetectorTask::evaluate() {
  const torch::NoGradGuard no_grad;
  const auto views = held_out_views(settings_.held_out);
  scenes::Recognition likely, sure;
  for (const auto& view : views) {
    const auto seen = objects_in(view);
    likely += scenes::recognition(seen, view.objects, scenes::kLikelyScore, *catalogue_);
    sure += scenes::recognition(seen, view.objects, scenes::kSureScore, *catalogue_);
  }
  const auto share = [&](int64_t count) {
    return static_cast<double>(count) / static_cast<double>(likely.num_objects);
  };
  return {{"boxes", share(likely.num_boxes)},
          {"classes", share(likely.num_classes)},
          {"right", share(likely.num_right)},
          {"accuracy", likely.accuracy()},
          {"accuracy_of_sure", sure.accuracy()}};
}

std::optional<Image> DetectorTask::show() {
  const torch::NoGradGuard no_grad;
  std::vector<data::SheetCell> cells;
  for (const auto& view : held_out_views(std::min(kMostShown, settings_.held_out))) {
    auto image = unipic1::to_image(view.pixels_3PP);
    std::string caption;
    for (const auto& object : objects_in(view)) {
      if (object.score <= scenes::kLikelyScore) continue;
      draw_box(object.box, image);
      caption += fmt::format("{}{} {} {:.2f}", caption.empty() ? "" : ", ",
                             model_->config().colours[static_cast<size_t>(object.colour_index)],
                             model_->config().classes[static_cast<size_t>(object.class_index)],
                             object.score);
    }
    cells.push_back({{std::move(image)}, caption.empty() ? "nothing" : caption});
  }
  return data::contact_sheet(cells, 4, data::BitmapFont::load());
}

void DetectorTask::write_model(const fs::path& folder) {
  NewFolder out(folder);
  save_tensors(out.path() / scene_detector::kWeightsFile, named_tensors(*model_));
  write_file_atomically(out.path() / scene_detector::kConfigFile,
                        scene_detector::config_to_json(model_->config()).dump(2) + "\n");
  out.commit();
}

}  // namespace unipic::train
