#include "data/json_list_source.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "base/check.h"
#include "data/record.h"

namespace unipic::data {
namespace {

struct Item {
  std::string image;
  std::string text;     // The caption, or the name of the annotation.
  std::string problem;  // Why the two are not known; empty if they are.
};

struct List {
  std::filesystem::path path;
  uint64_t begin;  // The number of its first item in the source.
};

std::vector<std::filesystem::path> list_files(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::filesystem::path> lists;
  for (auto entry = std::filesystem::directory_iterator(path, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".json") lists.push_back(entry->path());
  }
  check(!error, "{}: cannot list: {}", path.string(), error.message());
  std::ranges::sort(lists);
  return lists;
}

std::filesystem::path default_root(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) ? path : path.parent_path();
}

class JsonListSource : public FileSource {
 public:
  JsonListSource(const std::filesystem::path& path, const JsonListOptions& options,
                 const FileSourceOptions& file_options)
      : FileSource(path, default_root(path), file_options),
        place_(options.place),
        caption_key_(options.caption_key),
        annotations_(options.annotation_root.empty() ? files().root() : options.annotation_root,
                     file_options.confined, file_options.limits) {
    for (const auto& list : list_files(path)) add(list);
    check(!items_.empty(), "{}: lists no samples", path.string());
  }

 private:
  void add(const std::filesystem::path& path) {
    const auto json = read_json(path);
    check(json.is_array(), "{}: is not a JSON list", path.string());
    lists_.push_back({path, items_.size()});
    for (const auto& item : json) items_.push_back(to_item(item));
  }

  Item to_item(const Json& json) const {
    const RecordKeys keys{.caption =
                              place_ == CaptionPlace::kInAnnotation ? "annotation" : caption_key_};
    try {
      auto record = std::get<TextToImageRecord>(to_record(json, RecordKind::kTextToImage, keys));
      return {.image = std::move(record.image), .text = std::move(record.caption), .problem = {}};
    } catch (const Error& error) {
      return {.image = {}, .text = {}, .problem = error.what()};
    }
  }

  uint64_t num_samples() const override { return items_.size(); }

  std::string where(uint64_t index) const override {
    const auto after = std::ranges::upper_bound(lists_, index, {}, &List::begin);
    const auto& list = *(after - 1);
    return fmt::format("{} item {}", list.path.string(), index - list.begin + 1);
  }

  Sample read(uint64_t index) const override {
    const auto& item = items_[index];
    check(item.problem.empty(), "{}", item.problem);
    const bool in_list = place_ == CaptionPlace::kInList;
    return TextToImage{.image = files().image(item.image),
                       .caption = in_list ? item.text : annotation(item.text)};
  }

  std::string annotation(const std::string& name) const {
    return json_get<std::string>(annotations_.json(name), caption_key_, name);
  }

  const CaptionPlace place_;
  const std::string caption_key_;
  const SampleFiles annotations_;
  std::vector<Item> items_;
  std::vector<List> lists_;
};

}  // namespace

std::unique_ptr<Source> open_json_list(const std::filesystem::path& path,
                                       const JsonListOptions& options,
                                       const FileSourceOptions& file_options) {
  return std::make_unique<JsonListSource>(path, options, file_options);
}

}  // namespace unipic::data
