#include "serve/models.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/memory.h"

namespace unipic::serve {

namespace {

ModelName model_in(const std::filesystem::path& folder) {
  namespace chrono = std::chrono;
  std::error_code unknown;
  const auto changed = std::filesystem::last_write_time(folder, unknown);
  const auto since_1970 = chrono::file_clock::to_sys(changed).time_since_epoch();
  return {folder.filename().string(), folder,
          unknown ? 0 : chrono::duration_cast<chrono::seconds>(since_1970).count()};
}

}  // namespace

Models::Models(ModelsOptions options) : options_(std::move(options)) {
  names_.push_back(model_in(std::filesystem::absolute(options_.model).lexically_normal()));
  if (options_.models_dir.empty()) return;
  check(std::filesystem::is_directory(options_.models_dir), "{}: no such folder of models",
        options_.models_dir.string());
  for (const auto& entry : std::filesystem::directory_iterator(options_.models_dir)) {
    const auto name = entry.path().filename().string();
    if (entry.is_directory() && !name.starts_with('.') && !has(name))
      names_.push_back(model_in(entry.path()));
  }
  std::sort(names_.begin() + 1, names_.end(),
            [](const ModelName& a, const ModelName& b) { return a.name < b.name; });
}

bool Models::has(const std::string& name) const {
  return name.empty() ||
         std::ranges::any_of(names_, [&](const auto& known) { return known.name == name; });
}

const Pipeline& Models::get(const std::string& name,
                            const std::function<bool(const Pipeline&)>& is_used) {
  const auto found = std::ranges::find_if(
      names_, [&](const auto& known) { return name.empty() || known.name == name; });
  check(found != names_.end(), "there is no model '{}'", name);
  auto loaded = loaded_.find(found->name);
  if (loaded == loaded_.end()) {
    make_room(is_used);
    loaded =
        loaded_.emplace(found->name, Loaded{Pipeline::load(found->folder, options_.load), 0}).first;
  }
  loaded->second.last_use = ++num_uses_;
  return loaded->second.pipeline;
}

void Models::make_room(const std::function<bool(const Pipeline&)>& is_used) {
  const auto is_full = [&] {
    return options_.max_resident_bytes != 0 &&
           static_cast<uint64_t>(resident_bytes()) > options_.max_resident_bytes;
  };
  while (is_full()) {
    auto oldest = loaded_.end();
    for (auto at = loaded_.begin(); at != loaded_.end(); ++at) {
      if (is_used(at->second.pipeline)) continue;
      if (oldest == loaded_.end() || at->second.last_use < oldest->second.last_use) oldest = at;
    }
    if (oldest == loaded_.end()) return;
    loaded_.erase(oldest);
  }
}

}  // namespace unipic::serve
