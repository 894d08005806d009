#include "api/families/unifork.h"

#include <algorithm>
#include <utility>

#include "api/ram_limit.h"
#include "base/check.h"
#include "base/python_json.h"
#include "models/unifork/pipeline.h"
#include "models/unifork/pixels.h"

namespace unipic::api {
namespace {

class Pictures : public PictureRun {
 public:
  Pictures(const unifork::Pipeline& pipeline, unifork::Generation generation, RunControl control)
      : pipeline_(pipeline), generation_(std::move(generation)), control_(std::move(control)) {}

  void advance() { generation_.advance(); }

  int64_t step() const override { return generation_.step(); }
  int64_t num_steps() const override { return generation_.num_steps(); }
  int64_t num_pictures() const override { return generation_.num_pictures(); }
  int64_t tokens_per_picture() const override { return generation_.num_steps(); }
  Image picture(int64_t index) const override {
    const auto z_1hwC = generation_.vectors().narrow(0, index, 1);
    return unifork::to_image(pipeline_.decode(z_1hwC, control_)[0]);
  }
  void keep(const std::vector<int64_t>& pictures) override { generation_.keep(pictures); }

 private:
  const unifork::Pipeline& pipeline_;
  unifork::Generation generation_;
  RunControl control_;
};

class UniForkModel : public Model {
 public:
  UniForkModel(unifork::Checkpoint checkpoint, const ops::Placement& placement,
               int64_t weight_bytes, const LoadOptions& options)
      : pipeline_(std::move(checkpoint), placement),
        weight_bytes_(weight_bytes),
        dtype_(ops::dtype_name(placement.dtype, ops::weight_bits(options.dtype))) {
    pipeline_.quantize(ops::weight_bits(options.dtype));
    if (options.kernels == Kernels::kOwn) pipeline_.use_own_kernels();
    const auto& config = pipeline_.model()->config();
    facts_ = {.default_size = config.image_size,
              .default_steps = config.num_image_tokens(),
              .default_guidance = unifork::SamplerOptions().guidance,
              .size_step = config.image_size,
              .max_side = config.image_size};
  }

  const ModelFacts& facts() const override { return facts_; }
  std::string dtype() const override { return dtype_; }
  int64_t num_tokens(const std::string& text) const override {
    return static_cast<int64_t>(pipeline_.prompts().tokenizer().encode(text).size());
  }
  GenerateOptions filled_in(GenerateOptions options, const Image* source) const override;

  int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                        bool /*is_edit*/) const override {
    const auto& model = pipeline_.model();
    const auto& config = model->config();
    const int64_t num_rows = num_pictures * (options.guidance == 1.0 ? 1 : 2);
    constexpr int64_t kDecoderChannels = 128;
    return weight_bytes_ +
           std::max(vae_bytes(options.width, options.height, kDecoderChannels, model->dtype()),
                    transformer_bytes(num_rows, config.num_image_tokens(), config.llm.hidden_size,
                                      model->dtype()));
  }
  int64_t bytes_to_describe() const override { return weight_bytes_; }

  std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                    const RunControl& control) const override;
  std::unique_ptr<PictureRun> begin_edit(const Image&, std::span<const PictureSettings>,
                                         const RunControl&) const override {
    throw UsageError("UniFork draws and describes; it does not edit pictures");
  }
  AnswerRun begin_answer(const Image& image, const std::string& question,
                         const DescribeOptions& options, const RunControl& control) const override;
  void advance(std::span<PictureRun* const> runs) const override {
    for (auto* run : runs) static_cast<Pictures*>(run)->advance();
  }

 private:
  unifork::Pipeline pipeline_;
  int64_t weight_bytes_;
  std::string dtype_;
  ModelFacts facts_;
};

GenerateOptions UniForkModel::filled_in(GenerateOptions options, const Image* /*source*/) const {
  check_usage(options.skipped_layers == SkippedLayers(), "this model skips no layers");
  check_usage(options.max_prompt_tokens == 0, "this model reads prompts of any length");
  check_usage(options.guidance_schedule == GuidanceSchedule::kConstant,
              "UniFork guides all steps alike; it has no linear schedule");
  auto& tokens = options.picture_tokens;
  check_usage(
      tokens.scale == 0 && !tokens.samples_codes && tokens.detokenizer == Detokenizer::kAuto,
      "UniFork has one kind of picture tokens: no scales, no choice of detokenizers");
  if (options.width == 0) options.width = options.height;
  if (options.width == 0) options.width = facts_.default_size;
  if (options.height == 0) options.height = options.width;
  check_usage(options.width == facts_.default_size && options.height == facts_.default_size,
              "a picture of {}x{} pixels: this model draws {}x{} alone", options.width,
              options.height, facts_.default_size, facts_.default_size);
  const int64_t num_steps = pipeline_.model()->config().num_image_tokens();
  check_usage(options.steps == 0 || options.steps == num_steps,
              "{} steps: this model draws a picture in {}", options.steps, num_steps);
  options.steps = num_steps;
  const unifork::SamplerOptions authors;
  options.guidance = options.guidance.value_or(authors.guidance);
  options.negative = options.negative.value_or(std::string(unifork::kNegativePrompt));
  tokens.top_k = tokens.top_k.value_or(authors.sampling.top_k);
  tokens.top_p = tokens.top_p.value_or(authors.sampling.top_p);
  return options;
}

std::unique_ptr<PictureRun> UniForkModel::begin(std::span<const PictureSettings> pictures,
                                                const RunControl& control) const {
  const auto& options = pictures.front().options;
  std::vector<unifork::DrawPrompt> prompts;
  for (const auto& picture : pictures)
    prompts.push_back({picture.prompt, picture.options.negative.value()});
  auto generation =
      pipeline_.begin(prompts,
                      {.guidance = options.guidance.value(),
                       .sampling = {.temperature = options.temperature,
                                    .top_k = options.picture_tokens.top_k.value(),
                                    .top_p = options.picture_tokens.top_p.value()}},
                      seeds_of(pictures), {.control = control, .trace = {}, .share = {}});
  return std::make_unique<Pictures>(pipeline_, std::move(generation), control);
}

AnswerRun UniForkModel::begin_answer(const Image& image, const std::string& question,
                                     const DescribeOptions& options,
                                     const RunControl& control) const {
  check_usage(options.route == VisionRoute::kMar && options.size == 0,
              "UniFork has one way of seeing and reads a picture at its own size");
  check_no_picture_tokens(options.picture_tokens);
  const auto asked = pipeline_.ask(image, question, control);
  return {
      pipeline_.begin_answer(
          asked, {.max_new_tokens = options.max_tokens, .sampling = sampling_of(options)}, control),
      pipeline_.prompts().tokenizer(), asked.num_tokens()};
}

}  // namespace

bool is_unifork(const std::filesystem::path& path) {
  const auto config = path / "config.json";
  if (!std::filesystem::is_regular_file(config)) return false;
  const auto json = read_python_json(config);
  return json.is_object() && json.contains("mm_vision_tower") &&
         json_get_or<std::string>(json, "model_type", "", config.string()) == "llava_qwen2";
}

std::unique_ptr<Model> load_unifork(const std::filesystem::path& path, const LoadOptions& options) {
  auto checkpoint = unifork::open_checkpoint(path);
  if (options.on_warning)
    for (const auto& line : checkpoint.warnings) options.on_warning(line);
  const auto device = ops::device_named(options.device);
  const int64_t num_weights = checkpoint.weights.num_elements();
  const auto type = ops::scalar_type(options.dtype, num_weights, device);
  const int64_t bytes = weight_bytes(num_weights, type, ops::weight_bits(options.dtype));
  RamLimit(options).check(path.string(), bytes);
  return std::make_unique<UniForkModel>(
      std::move(checkpoint), ops::Placement{.dtype = type, .device = device}, bytes, options);
}

}  // namespace unipic::api
