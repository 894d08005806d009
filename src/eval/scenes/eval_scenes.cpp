#include "eval/scenes/eval_scenes.h"

#include "backbones/scene_detector/detector.h"
#include "base/check.h"

namespace unipic::eval {
namespace {

// A model behind the public interface.
class PipelineSubject : public Subject {
 public:
  PipelineSubject(const Pipeline& pipeline, const EvalScenesOptions& options,
                  const RunControl& control)
      : pipeline_(pipeline), drawing_(options.drawing) {
    drawing_.stop = control.stop;
    drawing_.count = 1;
    answering_.stop = control.stop;
    answering_.max_tokens = options.max_tokens;
    answering_.size = options.drawing.width;
    if (drawing_.width == 0) drawing_.width = pipeline.facts().default_size;
    drawing_.height = drawing_.width;
  }

  int64_t size() override { return drawing_.width; }

  std::vector<Image> draw(const std::string& prompt, int64_t count, uint64_t seed) override {
    auto options = drawing_;
    options.count = count;
    options.seed = seed;
    std::vector<Image> images;
    for (auto& picture : pipeline_.generate(prompt, options)) {
      images.push_back(std::move(picture.image));
    }
    return images;
  }

  Image edit(const Image& source, const std::string& instruction, uint64_t seed) override {
    auto options = drawing_;
    options.seed = seed;
    return pipeline_.edit(source, instruction, options).at(0).image;
  }

  std::string answer(const Image& image, const std::string& question) override {
    return pipeline_.describe(image, question, answering_);
  }

 private:
  const Pipeline& pipeline_;
  GenerateOptions drawing_;
  DescribeOptions answering_;
};

void check_labels(const scene_detector::Config& config, const scenes::Catalogue& catalogue,
                  const std::filesystem::path& folder) {
  check_usage(config.classes == scenes::class_labels(catalogue) &&
                  config.colours == scenes::colour_labels(),
              "{}: this detector tells {} classes and {} colours apart that are not the scenes' {} "
              "and {}; train it again",
              folder.string(), config.num_classes(), config.num_colours(), catalogue.size(),
              scenes::kNumColours + 1);
}

Json settings_of(const EvalScenesOptions& options, const ModelFacts& facts) {
  const auto absolute = [](const std::filesystem::path& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
  };
  return {
      {"model", options.model},
      {"detector", absolute(options.detector)},
      {"prompt_file", options.suite.prompt_file.empty() ? "" : absolute(options.suite.prompt_file)},
      {"size", options.drawing.width},
      {"steps", options.drawing.steps},
      {"guidance", options.drawing.guidance.value_or(facts.default_guidance)},
      {"temperature", options.drawing.temperature},
      {"max_tokens", options.max_tokens},
      {"seed", options.suite.seed}};
}

}  // namespace

SceneReport eval_scenes(const Pipeline& pipeline, const EvalScenesOptions& options,
                        const RunControl& control) {
  options.suite.validate();
  const auto catalogue = scenes::Catalogue::load();
  const auto detector = scene_detector::Detector::load(options.detector);
  check_labels(detector.config(), catalogue, options.detector);
  auto records = options.out.empty() ? Records()
                                     : Records(options.out, settings_of(options, pipeline.facts()));
  PipelineSubject subject(pipeline, options, control);
  const Look look = [&](const Image& image) { return detector.detect(image); };
  auto report = run_suite(subject, look, catalogue, options.suite, records, control);
  write_sheets(catalogue, options.suite, records);
  return report;
}

}  // namespace unipic::eval
