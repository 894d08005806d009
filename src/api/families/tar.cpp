#include "api/families/tar.h"

#include <algorithm>
#include <utility>

#include "api/ram_limit.h"
#include "base/check.h"
#include "models/tar/generation.h"
#include "models/tar/model.h"

namespace unipic::api {
namespace {

constexpr double kDefaultGuidance = 4.0;
// Of the sizes that there are, the largest up to this one.
constexpr int64_t kPreferredSize = 512;

class Pictures : public PictureRun {
 public:
  explicit Pictures(tar::Generation generation) : generation_(std::move(generation)) {}

  void advance() { generation_.advance(); }

  int64_t step() const override { return generation_.step(); }
  int64_t num_steps() const override { return generation_.num_steps(); }
  int64_t num_pictures() const override { return generation_.num_pictures(); }
  int64_t tokens_per_picture() const override { return generation_.num_codes(); }
  Image picture(int64_t index) const override { return generation_.picture(index); }
  void keep(const std::vector<int64_t>& pictures) override { generation_.keep(pictures); }

 private:
  tar::Generation generation_;
};

bool is_of(const tar::Tar::DetokenizerPlace& place, Detokenizer wanted) {
  if (wanted == Detokenizer::kAuto) return true;
  return (wanted == Detokenizer::kDiffusion) == (place.kind == tar::DetokenizerKind::kDiffusion);
}

class TarModel : public Model {
 public:
  TarModel(const tar::TarFiles& files, const ops::Placement& placement, int64_t weight_bytes,
           const LoadOptions& options)
      : tar_(files, placement, ops::weight_bits(options.dtype), options.kernels == Kernels::kOwn),
        weight_bytes_(weight_bytes),
        dtype_(ops::dtype_name(placement.dtype, ops::weight_bits(options.dtype))),
        activations_(placement.dtype) {
    facts_ = {.default_size = default_size(Detokenizer::kAuto),
              .default_guidance = kDefaultGuidance,
              .size_step = 1};
    if (facts_.default_size > 0) facts_.default_steps = TarModel::filled_in({}, nullptr).steps;
  }

  const ModelFacts& facts() const override { return facts_; }
  std::string dtype() const override { return dtype_; }
  int64_t num_tokens(const std::string& text) const override {
    return static_cast<int64_t>(tar_.llm().prompts().tokenizer().encode(text).size());
  }

  GenerateOptions filled_in(GenerateOptions options, const Image* source) const override;

  int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                        bool is_edit) const override {
    const int64_t num_tokens = tar_.num_codes(options.picture_tokens.scale) * (is_edit ? 2 : 1);
    const int64_t dim = tar_.llm().network()->decoder()->embedding()->weight().size(1);
    constexpr int64_t kVqganChannels = 128;
    return weight_bytes_ +
           std::max(vae_bytes(options.width, options.height, kVqganChannels, activations_),
                    transformer_bytes(num_pictures, num_tokens, dim, activations_));
  }
  int64_t bytes_to_describe() const override { return weight_bytes_; }

  std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                    const RunControl& control) const override {
    return run(pictures, {}, control);
  }
  std::unique_ptr<PictureRun> begin_edit(const Image& source,
                                         std::span<const PictureSettings> pictures,
                                         const RunControl& control) const override {
    const auto& options = pictures.front().options;
    return run(pictures, see(source, options.picture_tokens, options.seed, control), control);
  }
  AnswerRun begin_answer(const Image& image, const std::string& question,
                         const DescribeOptions& options, const RunControl& control) const override;

  void advance(std::span<PictureRun* const> runs) const override {
    for (auto* run : runs) static_cast<Pictures*>(run)->advance();
  }

 private:
  // The size to draw at if none is asked for; 0: there is no such de-tokenizer.
  int64_t default_size(Detokenizer wanted) const;
  // The number of the one that draws pictures of a size. Throws `UsageError` if there is none.
  size_t detokenizer_for(int64_t size, Detokenizer wanted) const;
  void check_scale(int64_t scale) const {
    check_usage(scale < tar_.num_scales(), "scale {} is not within 0..{}", scale,
                tar_.num_scales() - 1);
  }

  std::vector<int64_t> see(const Image& image, const PictureTokenOptions& options, uint64_t seed,
                           const RunControl& control) const {
    return control.timed("vision", [&] {
      return tar_.codes_of(image, options.scale,
                           options.samples_codes ? std::optional(seed) : std::nullopt);
    });
  }
  std::unique_ptr<PictureRun> run(std::span<const PictureSettings> pictures,
                                  const std::vector<int64_t>& source_codes,
                                  const RunControl& control) const;

  tar::Tar tar_;
  int64_t weight_bytes_;
  std::string dtype_;
  at::ScalarType activations_;
  ModelFacts facts_;
};

int64_t TarModel::default_size(Detokenizer wanted) const {
  int64_t preferred = 0, smallest = 0;
  for (const auto& place : tar_.detokenizers()) {
    if (!is_of(place, wanted)) continue;
    if (place.size <= kPreferredSize) preferred = std::max(preferred, place.size);
    smallest = smallest == 0 ? place.size : std::min(smallest, place.size);
  }
  return preferred > 0 ? preferred : smallest;
}

size_t TarModel::detokenizer_for(int64_t size, Detokenizer wanted) const {
  const auto& places = tar_.detokenizers();
  std::string sizes;
  for (size_t number = 0; number < places.size(); ++number) {
    if (!is_of(places[number], wanted)) continue;
    if (places[number].size == size) return number;
    sizes += fmt::format("{}{}", sizes.empty() ? "" : ", ", places[number].size);
  }
  check_usage(!sizes.empty(), "there is no such de-tokenizer with this Tar's files to draw with");
  throw UsageError(
      fmt::format("pictures of {0}x{0} pixels: the de-tokenizers here draw {1}", size, sizes));
}

GenerateOptions TarModel::filled_in(GenerateOptions options, const Image* /*source*/) const {
  check_usage(options.skipped_layers == SkippedLayers(), "this model skips no layers");
  check_usage(options.max_prompt_tokens == 0, "this model reads prompts of any length");
  check_usage(options.guidance_schedule == GuidanceSchedule::kConstant,
              "Tar guides all steps alike; it has no linear schedule");
  check_usage(options.negative.value_or("").empty(), "Tar has no negative prompts");
  auto& tokens = options.picture_tokens;
  check_scale(tokens.scale);
  if (options.width == 0) options.width = options.height;
  if (options.width == 0) options.width = default_size(tokens.detokenizer);
  if (options.height == 0) options.height = options.width;
  check_usage(options.width == options.height, "a picture of {}x{} pixels: Tar draws squares",
              options.width, options.height);
  const auto number = detokenizer_for(options.width, tokens.detokenizer);
  tokens.detokenizer = tar_.detokenizers()[number].kind == tar::DetokenizerKind::kDiffusion
                           ? Detokenizer::kDiffusion
                           : Detokenizer::kAutoregressive;
  options.steps = tar_.detokenizers()[number].steps_for(options.steps);
  options.guidance = options.guidance.value_or(kDefaultGuidance);
  options.negative = "";
  tokens.top_k = tokens.top_k.value_or(tar::kDrawingSampling.top_k);
  tokens.top_p = tokens.top_p.value_or(tar::kDrawingSampling.top_p);
  return options;
}

std::unique_ptr<PictureRun> TarModel::run(std::span<const PictureSettings> pictures,
                                          const std::vector<int64_t>& source_codes,
                                          const RunControl& control) const {
  const auto& options = pictures.front().options;
  const auto& tokens = options.picture_tokens;
  std::vector<std::vector<int64_t>> prompts;
  for (const auto& picture : pictures)
    prompts.push_back(tar_.llm().prompts().draw(picture.prompt, tokens.scale, source_codes));
  const auto number = detokenizer_for(options.width, tokens.detokenizer);
  return std::make_unique<Pictures>(tar::Generation(
      tar_.llm(), prompts,
      {.num_codes = tar_.num_codes(tokens.scale),
       .sampling = {.temperature = options.temperature,
                    .top_k = tokens.top_k.value(),
                    .top_p = tokens.top_p.value()},
       .detokenizer = {.guidance = options.guidance.value(),
                       .num_steps = options.steps,
                       .seeds = seeds_of(pictures)}},
      tar_.detokenizer(number),
      [this](const torch::Tensor& codes) { return tar_.features_of(codes); }, control));
}

AnswerRun TarModel::begin_answer(const Image& image, const std::string& question,
                                 const DescribeOptions& options, const RunControl& control) const {
  check_usage(options.route == VisionRoute::kMar && options.size == 0,
              "Tar has one way of seeing and reads a picture at its tokenizer's size");
  check_usage(!options.picture_tokens.top_k && !options.picture_tokens.top_p &&
                  options.picture_tokens.detokenizer == Detokenizer::kAuto,
              "an answer draws no picture");
  check_scale(options.picture_tokens.scale);
  const auto& llm = tar_.llm();
  const auto prompt =
      llm.prompts().ask(see(image, options.picture_tokens, options.seed, control), question);
  return {llm.begin({prompt},
                    {.max_new_tokens = options.max_tokens,
                     .end_ids = llm.generation().end_ids,
                     .repetition_penalty = llm.generation().repetition_penalty,
                     .sampling = sampling_of(options)},
                    control),
          llm.prompts().tokenizer(), static_cast<int64_t>(prompt.size())};
}

}  // namespace

std::unique_ptr<Model> load_tar(const std::filesystem::path& path, const LoadOptions& options) {
  const auto files = tar::find_tar_files(path);
  const auto device = ops::device_named(options.device);
  const int64_t num_weights = tar::open_llm(files.llm).weights.num_elements();
  const auto type = ops::scalar_type(options.dtype, num_weights, device);
  const int64_t bytes = weight_bytes(num_weights, type, ops::weight_bits(options.dtype));
  RamLimit(options).check(path.string(), bytes);
  return std::make_unique<TarModel>(files, ops::Placement{.dtype = type, .device = device}, bytes,
                                    options);
}

}  // namespace unipic::api
