#include "train/sources.h"

#include <functional>
#include <utility>

#include "base/check.h"
#include "data/image_folder_source.h"
#include "data/json_lines_source.h"
#include "data/json_list_source.h"
#include "data/mixture_source.h"
#include "data/scene_source.h"
#include "data/tar_source.h"
#include "train/recipe/suggestion.h"

namespace unipic::train {
namespace {

using SourcePointer = std::shared_ptr<const data::Source>;
using OpenFiles = SourcePointer (*)(const SourceSettings& settings,
                                    const data::FileSourceOptions& files);

const std::map<std::string, data::SceneTask>& scene_kinds() {
  static const std::map<std::string, data::SceneTask> kKinds = {
      {"scene captions", data::SceneTask::kCaption},
      {"dense scene captions", data::SceneTask::kDenseCaption},
      {"short scene captions", data::SceneTask::kShortCaption},
      {"scene descriptions", data::SceneTask::kDescription},
      {"scene questions", data::SceneTask::kQuestion},
      {"scene edits", data::SceneTask::kEdit}};
  return kKinds;
}

bool is_caption(data::SceneTask task) {
  using enum data::SceneTask;
  return task == kCaption || task == kDenseCaption || task == kShortCaption;
}

template <data::RecordKind kind>
SourcePointer open_lines(const SourceSettings& settings, const data::FileSourceOptions& files) {
  return data::open_json_lines(settings.path,
                               {.kind = kind,
                                .keys = {settings.image_key, settings.caption_key},
                                .lines = {.index = {}, .write_index = settings.write_index}},
                               files);
}

SourcePointer open_folder(const SourceSettings& settings, const data::FileSourceOptions& files) {
  return data::open_image_folder(settings.path, files);
}

SourcePointer open_list(const SourceSettings& settings, const data::FileSourceOptions& files) {
  using enum data::CaptionPlace;
  return data::open_json_list(settings.path,
                              {.place = settings.annotations ? kInAnnotation : kInList,
                               .caption_key = settings.caption_key,
                               .annotation_root = {}},
                              files);
}

SourcePointer open_tar(const SourceSettings& settings, const data::FileSourceOptions& files) {
  return data::open_tar_shards(
      {settings.path}, {.caption_key = settings.caption_key, .class_names = settings.class_names},
      files);
}

const std::map<std::string, OpenFiles>& file_kinds() {
  using enum data::RecordKind;
  static const std::map<std::string, OpenFiles> kKinds = {
      {"image folder", open_folder},
      {"json lines captions", open_lines<kTextToImage>},
      {"json lines questions", open_lines<kUnderstanding>},
      {"json lines edits", open_lines<kEdit>},
      {"json lines pictures", open_lines<kReconstruction>},
      {"json list", open_list},
      {"tar", open_tar}};
  return kKinds;
}

constexpr const char* kMixtureKind = "mixture";

[[noreturn]] void refuse_kind(const SourceSettings& settings) {
  std::vector<std::string> known = {kMixtureKind};
  for (const auto& [kind, task] : scene_kinds()) known.push_back(kind);
  for (const auto& [kind, open] : file_kinds()) known.push_back(kind);
  throw UsageError(fmt::format("[[source]] '{}': unknown kind '{}'{}", settings.name, settings.kind,
                               suggestion(settings.kind, known)));
}

SourcePointer open_files(const SourceSettings& settings) {
  const auto kind = file_kinds().find(settings.kind);
  if (kind == file_kinds().end()) refuse_kind(settings);
  check_usage(!settings.path.empty(), "[[source]] '{}': its kind '{}' wants a path", settings.name,
              settings.kind);
  return kind->second(settings, {.name = settings.name,
                                 .root = settings.root,
                                 .confined = settings.confined,
                                 .limits = {},
                                 .rules = {}});
}

SourcePointer open_scenes(const SourceSettings& settings, data::SceneTask task,
                          std::shared_ptr<const scenes::Catalogue> catalogue) {
  const bool has_captions = is_caption(task) || task == data::SceneTask::kDescription;
  const bool one_object = settings.contents == scenes::Contents::kOneObject;
  check_usage(has_captions || !one_object,
              "[[source]] '{}': only scenes with captions can be of one object", settings.name);
  check_usage(one_object || settings.layout != scenes::Layout::kIcon,
              "[[source]] '{}': only scenes of one object can be icons", settings.name);
  return data::scene_source(settings.name, std::move(catalogue),
                            {.task = task,
                             .scenes = {.contents = settings.contents,
                                        .classes = settings.classes,
                                        .layout = settings.layout},
                             .size = settings.size,
                             .seed = settings.seed});
}

SourcePointer open_mixture(const SourceSettings& settings, const Sources& above) {
  check_usage(!settings.parts.empty(), "[[source]] '{}': a mixture wants parts", settings.name);
  std::vector<SourcePointer> parts;
  for (const auto& name : settings.parts) parts.push_back(source_named(above, name));
  const auto weights =
      settings.weights.empty() ? std::vector<double>(parts.size(), 1.0) : settings.weights;
  return data::mixture_source(settings.name, std::move(parts), weights, settings.seed);
}

}  // namespace

Sources open_sources(const std::vector<SourceSettings>& settings) {
  Sources sources;
  std::shared_ptr<const scenes::Catalogue> catalogue;
  for (const auto& source : settings) {
    check_usage(!sources.contains(source.name), "two [[source]] are called '{}'", source.name);
    check_usage(source.parts.empty() || source.kind == kMixtureKind,
                "[[source]] '{}': only a mixture has parts", source.name);
    if (source.kind == kMixtureKind) {
      sources[source.name] = open_mixture(source, sources);
      continue;
    }
    const auto task = scene_kinds().find(source.kind);
    if (task == scene_kinds().end()) {
      sources[source.name] = open_files(source);
      continue;
    }
    if (!catalogue) {
      catalogue = std::make_shared<const scenes::Catalogue>(scenes::Catalogue::load());
    }
    sources[source.name] = open_scenes(source, task->second, catalogue);
  }
  return sources;
}

std::shared_ptr<const data::Source> source_named(const Sources& sources, const std::string& name) {
  const auto found = sources.find(name);
  check_usage(found != sources.end(), "there is no [[source]] called '{}'", name);
  return found->second;
}

std::shared_ptr<const data::ShuffledSources> shuffled(std::shared_ptr<const data::Source> source,
                                                      uint64_t seed) {
  return std::make_shared<const data::ShuffledSources>(std::vector{std::move(source)}, seed);
}

std::shared_ptr<const data::ShuffledSources> shuffled(const Sources& sources,
                                                      const std::vector<std::string>& names,
                                                      uint64_t seed) {
  std::vector<SourcePointer> chosen;
  for (const auto& name : names) chosen.push_back(source_named(sources, name));
  return std::make_shared<const data::ShuffledSources>(std::move(chosen), seed);
}

std::shared_ptr<const data::Source> held_out_scenes(const SourceSettings& like, int64_t size) {
  constexpr uint64_t kSeed = 1'000'003;
  const auto kind = scene_kinds().find(like.kind);
  const bool has_own = kind != scene_kinds().end() && is_caption(kind->second);
  return data::scene_source("held out",
                            std::make_shared<const scenes::Catalogue>(scenes::Catalogue::load()),
                            {.task = has_own ? kind->second : data::SceneTask::kCaption,
                             .scenes = {.split = scenes::Split::kHeldOut,
                                        .contents = like.contents,
                                        .classes = like.classes,
                                        .layout = like.layout},
                             .size = size,
                             .seed = kSeed});
}

}  // namespace unipic::train
