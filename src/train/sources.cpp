#include "train/sources.h"

#include "base/check.h"
#include "data/scene_source.h"

namespace unipic::train {

Sources open_sources(const std::vector<SourceSettings>& settings) {
  static const std::map<std::string, data::SceneTask> kSceneTasks = {
      {"scene captions", data::SceneTask::kCaption},
      {"dense scene captions", data::SceneTask::kDenseCaption},
      {"scene questions", data::SceneTask::kQuestion},
      {"scene edits", data::SceneTask::kEdit}};
  Sources sources;
  std::shared_ptr<const scenes::Catalogue> catalogue;
  for (const auto& source : settings) {
    check_usage(!sources.contains(source.name), "two [[source]] are called '{}'", source.name);
    const auto task = kSceneTasks.find(source.kind);
    check_usage(task != kSceneTasks.end(), "[[source]] '{}' is of kind '{}', which is unknown",
                source.name, source.kind);
    if (!catalogue) {
      catalogue = std::make_shared<const scenes::Catalogue>(scenes::Catalogue::load());
    }
    sources[source.name] = data::scene_source(
        source.name, catalogue, {.task = task->second, .size = source.size, .seed = source.seed});
  }
  return sources;
}

std::shared_ptr<const data::Source> held_out_scenes(int64_t size, uint64_t seed) {
  return data::scene_source("held out",
                            std::make_shared<const scenes::Catalogue>(scenes::Catalogue::load()),
                            {.split = scenes::Split::kHeldOut, .size = size, .seed = seed});
}

}  // namespace unipic::train
