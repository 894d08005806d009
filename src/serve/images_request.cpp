#include "serve/images_request.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include "serve/api_error.h"

namespace unipic::serve {
namespace {

constexpr int64_t kLargestSeed = (int64_t{1} << 53) - 1;  // what JSON numbers hold exactly
constexpr int64_t kMostPartialImages = 3;

uint64_t random_seed() {
  std::random_device random;
  return (uint64_t{random()} << 32 | random()) >> 32;  // short enough to be typed
}

// Width and height of "256x128".
std::pair<int64_t, int64_t> sides_of(const std::string& size) {
  int64_t width = 0, height = 0;
  const char* const end = size.data() + size.size();
  const auto first = std::from_chars(size.data(), end, width);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == 'x') {
    const auto second = std::from_chars(first.ptr + 1, end, height);
    if (second.ec == std::errc() && second.ptr == end && width > 0 && height > 0)
      return {width, height};
  }
  throw ApiError(400, fmt::format("size '{}' is not like 256x256, or auto", size), "size");
}

void check_pixels(int64_t width, int64_t height, const RequestLimits& limits) {
  if (width > limits.max_pixels / height) {
    throw ApiError(
        400, fmt::format("size {}x{} has more than {} pixels", width, height, limits.max_pixels),
        "size");
  }
}

// What a model would refuse, before the reply begins.
void check_against(const ModelFacts& facts, const GenerateOptions& options) {
  const int64_t width = options.width == 0 ? facts.default_size : options.width,
                height = options.height == 0 ? facts.default_size : options.height;
  if (width % facts.size_step != 0 || height % facts.size_step != 0) {
    throw ApiError(
        400,
        fmt::format("size {}x{}: both must be multiples of {}", width, height, facts.size_step),
        "size");
  }
  if (std::max(width, height) > facts.max_side) {
    throw ApiError(
        400, fmt::format("size {}x{}: no side may be above {}", width, height, facts.max_side),
        "size");
  }
  if (const int64_t most = facts.max_steps(width, height); options.steps > most) {
    throw ApiError(400,
                   fmt::format("num_inference_steps is {}, a picture of {}x{} has at most {}",
                               options.steps, width, height, most),
                   "num_inference_steps");
  }
}

ImagesRequest request_of(const Fields& fields, const RequestRules& rules) {
  ImagesRequest request;
  request.work.model = model_named(fields, rules.models);
  DrawWork draw;
  draw.request = {fields.text_or("prompt", ""), draw_options(fields, request.work.model, rules)};
  check_prompt(draw.request.prompt, "prompt", rules.limits);
  draw.request.options.count = fields.integer("n", 1, rules.limits.max_pictures).value_or(1);
  request.work.what = std::move(draw);

  request.format.name = fields.choice("output_format", {"png", "jpeg", "webp"}, "png");
  // 0 is the strongest compression there is.
  if (const auto quality = fields.integer("output_compression", 0, 100))
    request.format.quality = std::max(1, static_cast<int>(*quality));
  request.wants_urls = fields.choice("response_format", {"b64_json", "url"}, "b64_json") == "url";
  request.streams = fields.flag("stream");
  request.wants_progress = fields.flag("progress");
  request.work.previews = {
      .count = fields.integer("partial_images", 0, kMostPartialImages).value_or(0),
      .every = fields.integer("preview_every", 0, rules.limits.max_steps).value_or(0)};
  if (!request.streams) request.work.previews = {};
  return request;
}

}  // namespace

ImagesRequest generation_request(const Fields& fields, const RequestRules& rules) {
  return request_of(fields, rules);
}

ImagesRequest edit_request(const Fields& fields, Image source, const RequestRules& rules) {
  auto request = request_of(fields, rules);
  std::get<DrawWork>(request.work.what).source = std::move(source);
  return request;
}

const ModelFacts* RequestRules::facts_of(const std::string& model) const {
  const auto found = facts.find(model);
  return found == facts.end() ? nullptr : &found->second;
}

uint64_t seed_of(const Fields& fields) {
  const auto seed = fields.integer("seed", -1, kLargestSeed).value_or(-1);
  return seed < 0 ? random_seed() : static_cast<uint64_t>(seed);
}

GenerateOptions draw_options(const Fields& fields, const std::string& model,
                             const RequestRules& rules) {
  const auto& limits = rules.limits;
  GenerateOptions options;
  const auto size = fields.text_or("size", "auto");
  if (size != "auto") {
    std::tie(options.width, options.height) = sides_of(size);
    check_pixels(options.width, options.height, limits);
  }
  options.seed = seed_of(fields);
  options.steps = fields.integer("num_inference_steps", 1, limits.max_steps).value_or(0);
  const auto* facts = rules.facts_of(model);
  if (facts != nullptr) check_against(*facts, options);
  options.guidance = fields.number("guidance_scale", 0, 100);
  // Clients send one for words, too, whatever the model.
  const auto temperature = fields.number("temperature", 0, 10);
  if (facts == nullptr || facts->has_temperature)
    options.temperature = temperature.value_or(options.temperature);
  if (auto negative = fields.text_or("negative_prompt", ""); !negative.empty())
    options.negative = std::move(negative);
  if (options.negative.value_or("").size() > limits.max_prompt_bytes)
    throw ApiError(400, "negative_prompt is too long", "negative_prompt");
  return options;
}

std::string model_named(const Fields& fields, std::span<const ModelName> models) {
  auto name = fields.text_or("model", "");
  // Clients written for other servers name those servers' models.
  if (name.empty() || models.size() == 1) return models.front().name;
  if (std::ranges::find(models, name, &ModelName::name) == models.end())
    throw ApiError(404, fmt::format("there is no model '{}'", name), "model");
  return name;
}

void check_prompt(const std::string& prompt, const std::string& name, const RequestLimits& limits) {
  if (prompt.find_first_not_of(" \t\r\n") == std::string::npos)
    throw ApiError(400, fmt::format("{} is missing or empty", name), name);
  if (prompt.size() > limits.max_prompt_bytes) {
    throw ApiError(400,
                   fmt::format("{} has {} bytes, at most {} are allowed", name, prompt.size(),
                               limits.max_prompt_bytes),
                   name);
  }
}

}  // namespace unipic::serve
