#include "models/unifork/checkpoint_files.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "base/python_json.h"

namespace unipic::unifork {
namespace fs = std::filesystem;

namespace {

fs::path folder_beside(const fs::path& folder) {
  auto path = fs::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.parent_path();
}

fs::path if_exists(const fs::path& path) { return fs::exists(path) ? path : fs::path(); }

// The authors' scripts replace the tokenizer's config by one beside the model.
fs::path find_tower_config(const fs::path& folder, const fs::path& tower_folder) {
  if (const auto given = find_near(folder, "configs/config.json"); !given.empty()) {
    if (read_python_json(given).contains("rqvaesiglip")) return given;
  }
  return tower_folder.empty() ? fs::path() : if_exists(tower_folder / "config.json");
}

fs::path find_siglip_config(const fs::path& folder, const Json& tower, std::string_view where) {
  const auto vision = tower.is_object() ? tower.value("rqvaesiglip", Json::object()) : Json();
  const auto name = json_get_or<std::string>(vision, "pretrained_model", "", where);
  return name.empty() ? fs::path() : find_near(folder, fs::path(name) / "config.json");
}

}  // namespace

fs::path find_near(const fs::path& folder, const fs::path& path) {
  std::vector<fs::path> parts;
  for (const auto& part : path.relative_path()) {
    if (part == "..") parts.clear();
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
  }
  for (size_t left_out = 0; left_out < parts.size(); ++left_out) {
    fs::path tail;
    for (size_t part = left_out; part < parts.size(); ++part) tail /= parts[part];
    // A bare "config.json" is that of the model itself.
    if (tail == "config.json") break;
    for (const auto& base : {folder, folder_beside(folder)})
      if (fs::exists(base / tail)) return base / tail;
  }
  return {};
}

CheckpointFiles find_files(const fs::path& folder, const Json& config, bool needs_tower_weights) {
  const auto where = (folder / "config.json").string();
  const auto tower_path =
      json_get_or<std::string>(config, "mm_vision_tower", "vila-u-7b-256/vision_tower", where);
  CheckpointFiles files = {.folder = folder,
                           .tower_config = {},
                           .tower_folder = find_near(folder, tower_path),
                           .siglip_config = {},
                           .preprocessor = if_exists(folder / "preprocessor_config.json")};
  files.tower_config = find_tower_config(folder, files.tower_folder);
  check(!files.tower_config.empty(),
        "{}: neither here nor beside it is '{}' with the config.json of VILA-U's image tokenizer",
        folder.string(), tower_path);
  check(!needs_tower_weights || !files.tower_folder.empty(),
        "{}: holds no image tokenizer, nor is '{}' here or beside it", folder.string(), tower_path);
  files.siglip_config =
      find_siglip_config(folder, read_python_json(files.tower_config), files.tower_config.string());
  if (files.preprocessor.empty())
    files.preprocessor = find_near(folder, "configs/preprocessor_config.json");
  return files;
}

}  // namespace unipic::unifork
