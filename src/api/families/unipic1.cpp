#include "api/families/unipic1.h"

#include <algorithm>
#include <utility>

#include "api/ram_limit.h"
#include "base/check.h"
#include "models/unipic1/pipeline.h"
#include "models/unipic1/pixels.h"
#include "ops/placement.h"

namespace unipic::api {
namespace {

constexpr int64_t kDefaultSteps = 32;
constexpr double kDefaultGuidance = 3.0;

unipic1::SamplerOptions sampler_options(const GenerateOptions& options) {
  return {.num_iterations = options.steps,
          .guidance = options.guidance.value(),
          .schedule = options.guidance_schedule == GuidanceSchedule::kLinear
                          ? unipic1::GuidanceSchedule::kLinear
                          : unipic1::GuidanceSchedule::kConstant,
          .temperature = options.temperature};
}

class Pictures : public PictureRun {
 public:
  Pictures(const unipic1::Pipeline& pipeline, const unipic1::Conditions& conditions,
           const unipic1::Grid& grid, std::span<const PictureSettings> pictures,
           const RunControl& control)
      : pipeline_(pipeline),
        control_(control),
        generation_(pipeline.model(), conditions, grid, sampler_options(pictures.front().options),
                    draws(pipeline.model(), pictures),
                    {.control = control, .trace = {}, .on_iteration = {}}) {}

  unipic1::Generation& generation() { return generation_; }

  int64_t step() const override { return generation_.iteration(); }
  int64_t num_steps() const override { return generation_.num_iterations(); }
  int64_t num_pictures() const override { return generation_.num_pictures(); }
  int64_t tokens_per_picture() const override { return generation_.grid().num_tokens(); }
  Image picture(int64_t index) const override {
    const auto pixels_13HW =
        pipeline_.decode(generation_.tokens().narrow(0, index, 1), generation_.grid(), control_);
    return unipic1::to_image(pixels_13HW[0]);
  }
  void keep(const std::vector<int64_t>& pictures) override { generation_.keep(pictures); }

 private:
  static std::unique_ptr<unipic1::Draws> draws(const unipic1::UniPic1& model,
                                               std::span<const PictureSettings> pictures) {
    return std::make_unique<unipic1::SeededDraws>(
        seeds_of(pictures), model->config().mar.latent_channels, model->device());
  }

  const unipic1::Pipeline& pipeline_;
  RunControl control_;
  unipic1::Generation generation_;
};

class UniPic1Model : public Model {
 public:
  UniPic1Model(const std::filesystem::path& folder, unipic1::Checkpoint checkpoint,
               int64_t weight_bytes, const LoadOptions& options)
      : pipeline_(std::move(checkpoint), options.dtype, ops::device_named(options.device)),
        weight_bytes_(weight_bytes) {
    pipeline_.use_kernels(options.kernels);
    const auto& left_over = pipeline_.left_over();
    if (!left_over.empty() && options.on_warning) {
      options.on_warning(fmt::format("{}: {} tensors are not used, the first is '{}'",
                                     folder.string(), left_over.size(), left_over.front()));
    }
    const auto& config = pipeline_.model()->config();
    const int64_t stride = config.mar.stride;
    facts_ = {.default_size = config.default_size,
              .default_guidance = kDefaultGuidance,
              .size_step = stride,
              .pixels_per_step = stride * stride};
    facts_.default_steps = UniPic1Model::filled_in({}, nullptr).steps;
  }

  const ModelFacts& facts() const override { return facts_; }
  std::string dtype() const override {
    const auto& model = pipeline_.model();
    return ops::dtype_name(model->dtype(), model->weight_bits());
  }
  int64_t num_tokens(const std::string& text) const override {
    return static_cast<int64_t>(pipeline_.prompts().tokenizer().encode(text).size());
  }

  GenerateOptions filled_in(GenerateOptions options, const Image* /*source*/) const override {
    check_usage(options.skipped_layers == SkippedLayers(), "this model skips no layers");
    check_usage(options.max_prompt_tokens == 0, "this model reads prompts of any length");
    check_no_picture_tokens(options.picture_tokens);
    if (options.width == 0) options.width = options.height;
    if (options.width == 0) options.width = facts_.default_size;
    if (options.height == 0) options.height = options.width;
    if (options.steps == 0) options.steps = std::min(kDefaultSteps, grid_of(options).num_tokens());
    options.guidance = options.guidance.value_or(facts_.default_guidance);
    options.negative = options.negative.value_or("");
    return options;
  }

  int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                        bool /*is_edit*/) const override {
    const auto& model = pipeline_.model();
    const auto& config = model->config();
    const int64_t num_rows = num_pictures * (options.guidance == 1.0 ? 1 : 2);
    const int64_t num_tokens = config.mar.buffer_size + grid_of(options).num_tokens();
    return weight_bytes_ +
           std::max(
               vae_bytes(options.width, options.height, config.vae.base_channels, model->dtype()),
               transformer_bytes(num_rows, num_tokens, config.llm.hidden_size, model->dtype()));
  }
  int64_t bytes_to_describe() const override { return weight_bytes_; }

  std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                    const RunControl& control) const override {
    const auto& options = pictures.front().options;
    std::vector<unipic1::DrawPrompt> prompts;
    for (const auto& picture : pictures)
      prompts.push_back({picture.prompt, picture.options.negative.value()});
    return run(pipeline_.to_draw(prompts, options.guidance != 1.0, pipeline_.prompts().end_id()),
               pictures, control);
  }

  std::unique_ptr<PictureRun> begin_edit(const Image& source,
                                         std::span<const PictureSettings> pictures,
                                         const RunControl& control) const override {
    const auto& options = pictures.front().options;
    const auto tokens =
        pipeline_.encode(unipic1::cropped_pixels(source, options.width, options.height), control);
    const auto conditions = control.timed("source", [&] {
      return pipeline_.to_edit(tokens, grid_of(options), pictures.front().prompt,
                               options.negative.value(), options.guidance != 1.0,
                               static_cast<int64_t>(pictures.size()));
    });
    return run(conditions, pictures, control);
  }

  AnswerRun begin_answer(const Image& image, const std::string& question,
                         const DescribeOptions& options, const RunControl& control) const override {
    check_no_picture_tokens(options.picture_tokens);
    const auto asked = ask(image, question, options, control);
    return {pipeline_.begin_answer(asked, options.max_tokens, control, {}, sampling_of(options)),
            pipeline_.prompts().tokenizer(), static_cast<int64_t>(asked.ids.size())};
  }

  void advance(std::span<PictureRun* const> runs) const override {
    std::vector<unipic1::Generation*> generations;
    for (auto* run : runs) generations.push_back(&static_cast<Pictures*>(run)->generation());
    unipic1::advance(generations);
  }

 private:
  unipic1::Grid grid_of(const GenerateOptions& options) const {
    return pipeline_.model()->grid_of(options.width, options.height);
  }

  std::unique_ptr<PictureRun> run(const unipic1::Conditions& conditions,
                                  std::span<const PictureSettings> pictures,
                                  const RunControl& control) const {
    return std::make_unique<Pictures>(pipeline_, conditions, grid_of(pictures.front().options),
                                      pictures, control);
  }

  unipic1::Question ask(const Image& image, const std::string& question,
                        const DescribeOptions& options, const RunControl& control) const {
    const auto& config = pipeline_.model()->config();
    if (options.route == VisionRoute::kSiglip2) {
      return pipeline_.ask_vision(unipic1::vision_pixels(image, config.vision.image_size), question,
                                  control);
    }
    const int64_t size = options.size == 0 ? config.default_size : options.size;
    check_usage(size <= facts_.max_side, "size {} is above {}", size, facts_.max_side);
    pipeline_.model()->grid_of(size, size);
    return pipeline_.ask_mar(unipic1::padded_pixels(image, size), question, control);
  }

  unipic1::Pipeline pipeline_;
  int64_t weight_bytes_;
  ModelFacts facts_;
};

}  // namespace

std::unique_ptr<Model> load_unipic1(const std::filesystem::path& folder,
                                    const LoadOptions& options) {
  auto checkpoint = unipic1::open_checkpoint(folder);
  const int64_t num_weights = checkpoint.weights.num_elements();
  const auto type = ops::scalar_type(options.dtype, num_weights, ops::device_named(options.device));
  const int64_t bytes = weight_bytes(num_weights, type, ops::weight_bits(options.dtype));
  RamLimit(options).check(folder.string(), bytes);
  return std::make_unique<UniPic1Model>(folder, std::move(checkpoint), bytes, options);
}

}  // namespace unipic::api
