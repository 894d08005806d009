#include "data/tar_source.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/mapped_file.h"
#include "data/brace_pattern.h"
#include "data/tar_samples.h"
#include "io/printable.h"

namespace unipic::data {
namespace {

struct Shard {
  std::filesystem::path path;
  uint64_t begin;  // The number of its first sample in the source.
};

std::span<const std::byte> part_of(const MappedFile& file, const TarPart& part) {
  const auto bytes = file.bytes();
  const bool inside = part.offset <= bytes.size() && part.size <= bytes.size() - part.offset;
  check(inside, "the file is shorter than when it was opened");
  return bytes.subspan(part.offset, part.size);
}

std::string_view text_of(const MappedFile& file, const TarPart& part) {
  const auto bytes = part_of(file, part);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class TarSource : public FileSource {
 public:
  TarSource(const std::vector<std::string>& patterns, const TarOptions& options,
            const FileSourceOptions& file_options)
      : FileSource(patterns.front(), ".", file_options),
        options_(options),
        limits_(file_options.limits) {
    for (const auto& pattern : patterns) {
      for (const auto& path : expand_braces(pattern)) add(path);
    }
    check(!samples_.empty(), "{}: no samples in {} shards", patterns.front(), shards_.size());
  }

 private:
  void add(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    auto samples = group_tar_entries(list_tar(file->bytes(), path.string()));
    shards_.push_back({path, samples_.size()});
    std::ranges::move(samples, std::back_inserter(samples_));
  }

  const Shard& shard_of(uint64_t index) const {
    return *(std::ranges::upper_bound(shards_, index, {}, &Shard::begin) - 1);
  }

  uint64_t num_samples() const override { return samples_.size(); }

  std::string where(uint64_t index) const override {
    return fmt::format("{} sample '{}'", shard_of(index).path.string(),
                       io::printable(samples_[index].key));
  }

  Sample read(uint64_t index) const override {
    const auto& sample = samples_[index];
    check(sample.image.offset > 0, "has no image (.jpg, .jpeg, .png or .webp)");
    const auto file = MappedFile::open(shard_of(index).path);
    auto caption = read_caption(*file, sample);
    return TextToImage{.image = io::decode_image(part_of(*file, sample.image), "image", limits_),
                       .caption = std::move(caption)};
  }

  std::string read_caption(const MappedFile& file, const TarSample& sample) const {
    switch (sample.caption_format) {
      case CaptionFormat::kText:
        return short_text(text_of(file, sample.caption), "caption");
      case CaptionFormat::kJson:
        return caption_in_json(short_text(text_of(file, sample.caption), "caption"));
      case CaptionFormat::kClass:
        return class_name(text_of(file, sample.caption));
      case CaptionFormat::kNone:
        break;
    }
    throw Error("has no caption (.txt, .json or .cls)");
  }

  std::string caption_in_json(const std::string& text) const {
    return json_get<std::string>(parse_json(text, "caption"), options_.caption_key, "caption");
  }

  std::string class_name(std::string_view text) const {
    check(!options_.class_names.empty(),
          "has only a class number; a list of class names is needed to caption it");
    const auto digits = trimmed(text);
    size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool known = error == std::errc() && end == digits.data() + digits.size() &&
                       number < options_.class_names.size();
    check(known, "class '{}' is not a number below {}", io::printable(digits, 40),
          options_.class_names.size());
    return options_.class_names[number];
  }

  const TarOptions options_;
  const io::ImageLimits limits_;
  std::vector<TarSample> samples_;
  std::vector<Shard> shards_;
};

}  // namespace

std::unique_ptr<Source> open_tar_shards(const std::vector<std::string>& patterns,
                                        const TarOptions& options,
                                        const FileSourceOptions& file_options) {
  check(!patterns.empty(), "no tar shards are named");
  return std::make_unique<TarSource>(patterns, options, file_options);
}

}  // namespace unipic::data
