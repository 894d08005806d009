#pragma once

#include <memory>
#include <string>

#include "backbones/scene_detector/loss.h"
#include "backbones/scene_detector/model.h"
#include "train/task.h"
#include "train/tasks/detector_views.h"

namespace unipic::train {

struct DetectorSettings {
  std::string init;
  scene_detector::Config config;  // its names are the catalogue's
  int64_t batch = 32;
  scene_detector::LossWeights loss;
  bool all_combinations = false;
  int64_t held_out = 128;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("init", init,
            "folder of a judge to train further, which then says the sizes; empty starts from "
            "nothing");
    v.field("size", config.size, "pixels a side of what the network looks at");
    v.field("widths", config.widths, "channels at strides 2, 4, 8 and 16");
    v.field("blocks", config.blocks, "residual blocks at strides 4, 8 and 16");
    v.field("norm_groups", config.norm_groups, "groups of the norms");
    v.field("batch", batch, "pictures a step");
    v.group("loss", loss, "weights of the loss");
    v.field(
        "all_combinations", all_combinations,
        "also learn from combinations that are held out; the measurement is then no test of new "
        "ones");
    v.field("held_out", held_out, "pictures for the standing measurement");
  }
  // Throws `UsageError`.
  void validate() const;
};

// Trains the judge of drawn scenes on scenes and their ground truth.
class DetectorTask : public Task {
 public:
  DetectorTask(const DetectorSettings& settings, std::shared_ptr<const scenes::Catalogue> catalogue,
               uint64_t seed, const TaskResources& resources = {});

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override;
  MicroBatchLoss compute(const BatchPosition& position) override;
  // On scenes with held-out combinations, as they are: of their objects, the shares whose "boxes",
  // then also "classes", then also colours are right ("right"); and "accuracy", which counts false
  // alarms too, at both of GenEval's thresholds.
  Figures evaluate() override;
  std::optional<Image> show() override;
  // detector.safetensors and detector.json.
  void write_model(const std::filesystem::path& folder) override;

 private:
  // What the network sees in one view.
  std::vector<scene_detector::Object> objects_in(const LabelledView& view) const;
  std::vector<LabelledView> held_out_views(int64_t count) const;

  const DetectorSettings settings_;
  std::shared_ptr<const scenes::Catalogue> catalogue_;
  const uint64_t seed_;
  const torch::Device device_;
  scene_detector::SceneDetector model_;
};

}  // namespace unipic::train
