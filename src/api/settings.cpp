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
  if (!options.negative.empty()) text += "Negative prompt: " + options.negative + "\n";
  return text +
         fmt::format(
             "Steps: {}, CFG scale: {}, Seed: {}, Size: {}x{}, Model: {}, Version: unipic.cpp {}",
             options.steps, options.guidance, settings.seed, options.width, options.height,
             settings.model, version());
}

}  // namespace

std::vector<ImageText> picture_texts(const PictureSettings& settings) {
  const auto& options = settings.options;
  const Json json = {{"task", settings.task},
                     {"model", settings.model},
                     {"prompt", settings.prompt},
                     {"negative", options.negative},
                     {"seed", settings.seed},
                     {"width", options.width},
                     {"height", options.height},
                     {"steps", options.steps},
                     {"guidance", options.guidance},
                     {"guidance_schedule", schedule_name(options.guidance_schedule)},
                     {"temperature", options.temperature},
                     {"dtype", settings.dtype},
                     {"version", version()}};
  return {{"parameters", a1111_parameters(settings)},
          {"unipic", json.dump(-1, ' ', false, Json::error_handler_t::replace)}};
}

}  // namespace unipic::api
