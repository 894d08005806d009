#include "serve/pictures.h"

#include <chrono>

#include "serve/api_error.h"
#include "serve/base64.h"

namespace unipic::serve {
namespace {

int64_t seconds_since_1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

ImageFormat format_of(const std::string& name) {
  if (name == "jpeg") return ImageFormat::kJpeg;
  return name == "webp" ? ImageFormat::kWebp : ImageFormat::kPng;
}

std::string keep_source(History& history, const Image& source) {
  return history.add({.created = seconds_since_1970(),
                      .task = "upload",
                      .width = source.width,
                      .height = source.height},
                     encode_image(source, {}));
}

}  // namespace

std::string encoded(const Image& image, const PictureFormat& format, const std::string& png) {
  if (format.name == "png" && !png.empty()) return png;
  return encode_image(image, {.format = format_of(format.name), .quality = format.quality});
}

int64_t num_tokens_of(const Drawn& drawn) {
  int64_t tokens = 0;
  for (const auto& picture : drawn.pictures) tokens += picture.num_tokens;
  return tokens;
}

std::string data_url(const std::string& file, const PictureFormat& format) {
  return fmt::format("data:{};base64,{}", format.mime_type(), to_base64(file));
}

Image picture_in(std::string_view file, const std::string& name, const RequestLimits& limits) {
  try {
    return decode_image(file, name, limits.max_image_pixels);
  } catch (const Error& error) {
    throw ApiError(400, error.what(), name);
  }
}

std::vector<KeptPicture> keep(History& history, const Job& job, const Drawn& drawn,
                              std::string source_id) {
  const auto& work = std::get<DrawWork>(job.work().what);
  const auto& options = work.request.options;
  if (work.source && source_id.empty()) source_id = keep_source(history, *work.source);
  const double seconds = std::chrono::duration<double>(Job::Clock::now() - job.since()).count();
  std::vector<KeptPicture> kept;
  for (const auto& picture : drawn.pictures) {
    auto png = encode_image(picture.image, {}, picture.texts);
    auto id = history.add({.created = seconds_since_1970(),
                           .task = std::string(job.work().kind()),
                           .prompt = work.request.prompt,
                           .negative_prompt = picture.negative,
                           .model = job.work().model,
                           .seed = picture.seed,
                           .width = picture.image.width,
                           .height = picture.image.height,
                           .num_inference_steps = picture.num_steps,
                           .guidance_scale = picture.guidance,
                           .temperature = options.temperature,
                           .seconds = seconds,
                           .source_id = source_id},
                          png);
    kept.push_back({std::move(id), picture.seed, std::move(png), picture.image});
  }
  return kept;
}

}  // namespace unipic::serve
