#include "data/tar_samples.h"

#include <cctype>

namespace unipic::data {
namespace {

struct KeyAndExtension {
  std::string_view key;
  std::string extension;  // In lower case, without the dot; with inner dots.
};

KeyAndExtension split(std::string_view name) {
  const auto slash = name.rfind('/');
  const auto base = slash == name.npos ? 0 : slash + 1;
  const auto dot = name.find('.', base);
  if (dot == name.npos) return {name, ""};
  std::string extension(name.substr(dot + 1));
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {name.substr(0, dot), extension};
}

bool is_hidden(std::string_view key) { return key.empty() || key.back() == '/'; }

bool is_image(std::string_view extension) {
  return extension == "jpg" || extension == "jpeg" || extension == "png" || extension == "webp";
}

CaptionFormat caption_format(std::string_view extension) {
  if (extension == "txt") return CaptionFormat::kText;
  if (extension == "json") return CaptionFormat::kJson;
  if (extension == "cls") return CaptionFormat::kClass;
  return CaptionFormat::kNone;
}

bool is_better(CaptionFormat format, CaptionFormat than) {
  return format != CaptionFormat::kNone && (than == CaptionFormat::kNone || format < than);
}

bool is_sample(const TarSample& sample) {
  return sample.image.offset > 0 || sample.caption_format != CaptionFormat::kNone;
}

}  // namespace

std::vector<TarSample> group_tar_entries(const std::vector<TarEntry>& entries) {
  std::vector<TarSample> samples;
  for (const auto& entry : entries) {
    const auto [key, extension] = split(entry.name);
    if (is_hidden(key)) continue;
    if (samples.empty() || samples.back().key != key) {
      if (!samples.empty() && !is_sample(samples.back())) samples.pop_back();
      samples.push_back({.key = std::string(key), .image = {}, .caption = {}});
    }
    auto& sample = samples.back();
    const TarPart part{.offset = entry.offset, .size = entry.size};
    if (const auto format = caption_format(extension); is_better(format, sample.caption_format)) {
      sample.caption = part;
      sample.caption_format = format;
    } else if (is_image(extension) && sample.image.offset == 0) {
      sample.image = part;
    }
  }
  if (!samples.empty() && !is_sample(samples.back())) samples.pop_back();
  return samples;
}

}  // namespace unipic::data
