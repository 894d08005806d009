#include "api/settings.h"

#include "base/check.h"
#include "base/json.h"
#include "unipic/version.h"

namespace unipic::api {
namespace {

const char* schedule_name(GuidanceSchedule schedule) {
  return schedule == GuidanceSchedule::kLinear ? "linear" : "constant";
}

const char* detokenizer_name(Detokenizer detokenizer) {
  switch (detokenizer) {
    case Detokenizer::kAutoregressive:
      return "ar";
    case Detokenizer::kDiffusion:
      return "diffusion";
    case Detokenizer::kAuto:
      break;
  }
  return "auto";
}

Json json_of(const PictureTokenOptions& options) {
  Json json = {{"scale", options.scale}, {"detokenizer", detokenizer_name(options.detokenizer)}};
  if (options.samples_codes) json["samples_codes"] = true;
  if (options.top_k) json["top_k"] = *options.top_k;
  if (options.top_p) json["top_p"] = *options.top_p;
  return json;
}

// Prompt, negative prompt, then one line of settings: the convention of the A1111 web UI.
std::string a1111_parameters(const PictureSettings& settings) {
  const auto& options = settings.options;
  auto text = settings.prompt + "\n";
  const auto negative = options.negative.value_or("");
  if (!negative.empty()) text += "Negative prompt: " + negative + "\n";
  return text +
         fmt::format(
             "Steps: {}, CFG scale: {}, Seed: {}, Size: {}x{}, Model: {}, Version: unipic.cpp {}",
             options.steps, options.guidance.value(), settings.seed, options.width, options.height,
             settings.model, version());
}

}  // namespace

void check_no_picture_tokens(const PictureTokenOptions& options) {
  check_usage(
      options == PictureTokenOptions(),
      "this model has no tokens of pictures to choose scale, top-k, top-p or detokenizer of");
}

std::vector<uint64_t> seeds_of(std::span<const PictureSettings> pictures) {
  std::vector<uint64_t> seeds;
  for (const auto& picture : pictures) seeds.push_back(picture.seed);
  return seeds;
}

std::vector<ImageText> picture_texts(const PictureSettings& settings) {
  const auto& options = settings.options;
  Json json = {{"task", settings.task},
               {"model", settings.model},
               {"prompt", settings.prompt},
               {"negative", options.negative.value_or("")},
               {"seed", settings.seed},
               {"width", options.width},
               {"height", options.height},
               {"steps", options.steps},
               {"guidance", options.guidance.value()},
               {"guidance_schedule", schedule_name(options.guidance_schedule)},
               {"temperature", options.temperature},
               {"dtype", settings.dtype},
               {"version", version()}};
  if (const auto& skipped = options.skipped_layers; !skipped.layers.empty()) {
    json["skipped_layers"] = {{"layers", skipped.layers},
                              {"scale", skipped.scale},
                              {"start", skipped.start},
                              {"stop", skipped.stop}};
  }
  if (options.max_prompt_tokens > 0) json["max_prompt_tokens"] = options.max_prompt_tokens;
  if (options.picture_tokens != PictureTokenOptions())
    json["picture_tokens"] = json_of(options.picture_tokens);
  return {{"parameters", a1111_parameters(settings)},
          {"unipic", json.dump(-1, ' ', false, Json::error_handler_t::replace)}};
}

}  // namespace unipic::api
