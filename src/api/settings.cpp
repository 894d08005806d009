#include "api/settings.h"

#include "base/json.h"
#include "unipic/version.h"

namespace unipic::api {
namespace {

const char* schedule_name(GuidanceSchedule schedule) {
  return schedule == GuidanceSchedule::kLinear ? "linear" : "constant";
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
  return {{"parameters", a1111_parameters(settings)},
          {"unipic", json.dump(-1, ' ', false, Json::error_handler_t::replace)}};
}

}  // namespace unipic::api
