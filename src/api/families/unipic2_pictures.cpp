#include "api/families/unipic2_pictures.h"

#include <algorithm>
#include <utility>

#include "api/ram_limit.h"
#include "base/check.h"
#include "diffusion/noise.h"
#include "io/resample.h"
#include "models/unipic2/open_parts.h"
#include "models/unipic2/pixels.h"

namespace unipic::api {
namespace {

constexpr int64_t kDefaultSize = 512, kDefaultSteps = 50, kDefaultPromptTokens = 256;
constexpr double kDefaultGuidance = 3.5;

// What the authors' scripts tell the unconditional half of an edit (specs/unipic2.md §11).
constexpr const char* kEditNegative =
    "blurry, low quality, low resolution, distorted, deformed, broken content, missing parts, "
    "damaged details, artifacts, glitch, noise, pixelated, grainy, compression artifacts, bad "
    "composition, wrong proportion, incomplete editing, unfinished, unedited areas.";

unipic2::SamplerOptions sampler_options(const GenerateOptions& options) {
  const auto& skipped = options.skipped_layers;
  return {.num_steps = options.steps,
          .guidance = options.guidance.value(),
          .skip = {.layers = skipped.layers,
                   .scale = skipped.scale,
                   .start = skipped.start,
                   .stop = skipped.stop}};
}

class Pictures : public PictureRun {
 public:
  Pictures(const unipic2::FlowModel& flow, unipic2::Generation generation, RunControl control)
      : flow_(flow), generation_(std::move(generation)), control_(std::move(control)) {}

  void advance() { generation_.advance(); }

  int64_t step() const override { return generation_.step(); }
  int64_t num_steps() const override { return generation_.num_steps(); }
  int64_t num_pictures() const override { return generation_.num_pictures(); }
  int64_t tokens_per_picture() const override {
    const auto& latents = generation_.latents();
    const int64_t patch = flow_.transformer()->config().patch_size;
    return latents.size(2) / patch * (latents.size(3) / patch);
  }
  // What the picture would be if the last step went on all the way; after all steps, what it is.
  Image picture(int64_t index) const override {
    return control_.timed("vae_decode", [&] {
      const auto& latents = generation_.is_done() ? generation_.latents() : generation_.heading();
      return unipic2::to_image(flow_.decode(latents.narrow(0, index, 1))[0]);
    });
  }
  void keep(const std::vector<int64_t>& pictures) override { generation_.keep(pictures); }

 private:
  const unipic2::FlowModel& flow_;
  unipic2::Generation generation_;
  RunControl control_;
};

void fill_in_size(GenerateOptions& options, const Image* source, const ModelFacts& facts) {
  if (source != nullptr && (options.width == 0 || options.height == 0)) {
    const int64_t longer = std::max(options.width, options.height);
    const auto size =
        unipic2::size_with_longer_side(*source, longer == 0 ? facts.default_size : longer);
    options.width = size.width;
    options.height = size.height;
    return;
  }
  if (options.width == 0) options.width = options.height;
  if (options.width == 0) options.width = facts.default_size;
  if (options.height == 0) options.height = options.width;
}

}  // namespace

FlowPlan plan_flow(const unipic2::FlowFiles& files, const LoadOptions& options) {
  const auto device = ops::device_named(options.device);
  const int64_t num_weights = unipic2::open_transformer(files.transformer).weights.num_elements();
  const int64_t num_vae_weights =
      unipic2::open_codec(files.vae, files.unstated).vae.weights.num_elements();
  const auto dtype = ops::scalar_type(options.dtype, num_weights, device);
  return {.placement = {.dtype = dtype, .device = device},
          .weight_bytes = weight_bytes(num_weights, dtype, ops::weight_bits(options.dtype)) +
                          weight_bytes(num_vae_weights, dtype, ops::WeightBits::kAsTheType)};
}

void prepare(unipic2::FlowModel& flow, const LoadOptions& options) {
  flow.quantize(ops::weight_bits(options.dtype));
  if (options.kernels == Kernels::kOwn) flow.use_own_kernels();
}

ModelFacts unipic2_facts(const unipic2::FlowModel& flow, bool can_describe) {
  const int64_t max_side = flow.transformer()->config().max_grid_size * flow.size_step();
  return {.default_size = std::min(kDefaultSize, max_side),
          .default_steps = kDefaultSteps,
          .default_guidance = kDefaultGuidance,
          .size_step = flow.size_step(),
          .max_side = max_side,
          .pixels_per_step = 0,
          .can_describe = can_describe,
          .has_temperature = false};
}

int64_t flow_bytes_to_draw(const unipic2::FlowModel& flow, const GenerateOptions& options,
                           int64_t num_pictures, bool is_edit) {
  // Of the prompt: CLIP's tokens and T5's, or the queries.
  constexpr int64_t kContextTokens = 333;
  const auto type = flow.placement().dtype;
  const int64_t num_rows = num_pictures * (sampler_options(options).is_guided() ? 2 : 1);
  const int64_t step = flow.size_step();
  const int64_t num_tokens = options.width / step * (options.height / step) * (is_edit ? 2 : 1);
  return std::max(
      vae_bytes(options.width, options.height, flow.codec().vae->config().base_channels, type),
      transformer_bytes(num_rows, num_tokens + kContextTokens, flow.transformer()->config().dim(),
                        type));
}

GenerateOptions unipic2_filled_in(GenerateOptions options, const Image* source,
                                  const ModelFacts& facts) {
  check_usage(options.guidance_schedule == GuidanceSchedule::kConstant,
              "UniPic 2 guides all steps alike; it has no linear schedule");
  check_no_picture_tokens(options.picture_tokens);
  check_usage(options.temperature == 1, "UniPic 2 draws without a temperature; it is {}",
              options.temperature);
  fill_in_size(options, source, facts);
  check_usage(options.width % facts.size_step == 0 && options.height % facts.size_step == 0,
              "a picture of {}x{} pixels: both sides must be multiples of {}", options.width,
              options.height, facts.size_step);
  check_usage(options.width <= facts.max_side && options.height <= facts.max_side,
              "a picture of {}x{} pixels: no side may be above {}", options.width, options.height,
              facts.max_side);
  if (options.steps == 0) options.steps = facts.default_steps;
  if (options.max_prompt_tokens == 0) options.max_prompt_tokens = kDefaultPromptTokens;
  options.guidance = options.guidance.value_or(facts.default_guidance);
  options.negative = options.negative.value_or(source == nullptr ? "" : kEditNegative);
  return options;
}

unipic2::PromptTexts prompt_texts(std::span<const PictureSettings> pictures) {
  const bool is_guided = sampler_options(pictures.front().options).is_guided();
  std::vector<std::string> prompts, negatives;
  for (const auto& picture : pictures) {
    prompts.push_back(picture.prompt);
    if (is_guided) negatives.push_back(picture.options.negative.value());
  }
  return {prompts, negatives};
}

Image source_picture(const Image& source, const GenerateOptions& options) {
  const auto [width, height] = std::pair(options.width, options.height);
  const auto whole = unipic2::size_with_longer_side(source, std::max(width, height));
  const bool keeps_aspect = whole == unipic2::PictureSize{width, height};
  return io::resize(keeps_aspect ? source : io::centre_crop(source, width, height), width, height,
                    io::Resampling::kBicubic);
}

std::unique_ptr<PictureRun> begin_unipic2(const unipic2::FlowModel& flow,
                                          const unipic2::PromptPair& prompts, const Image* source,
                                          std::span<const PictureSettings> pictures,
                                          const RunControl& control) {
  const auto& options = pictures.front().options;
  const auto noise = [&](diffusion::NoisePurpose purpose) {
    return diffusion::seeded_noise(seeds_of(pictures), purpose, flow.latent_channels(),
                                   options.height / flow.pixels_per_latent(),
                                   options.width / flow.pixels_per_latent());
  };
  torch::Tensor reference;
  if (source != nullptr) {
    reference = control.timed("vae_encode", [&] {
      return flow.encode_reference(*source, noise(diffusion::NoisePurpose::kReference));
    });
  }
  auto generation = flow.begin(noise(diffusion::NoisePurpose::kLatents), prompts, reference,
                               sampler_options(options), {.control = control, .trace = {}});
  return std::make_unique<Pictures>(flow, std::move(generation), control);
}

void advance_unipic2(std::span<PictureRun* const> runs) {
  for (auto* run : runs) static_cast<Pictures*>(run)->advance();
}

}  // namespace unipic::api
