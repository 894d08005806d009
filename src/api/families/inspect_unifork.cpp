#include "api/families/inspect.h"
#include "base/check.h"
#include "models/unifork/checkpoint.h"

namespace unipic::api {

Inspection inspect_unifork(const std::filesystem::path& folder) {
  const auto checkpoint = unifork::open_checkpoint(folder);
  const auto& config = checkpoint.config;
  Inspection found{.kind = "UniFork checkpoint"};
  found.facts.emplace_back("folder", folder.string());
  found.facts.emplace_back("image tokenizer", checkpoint.files.tower_config.string());
  for (const auto& line : checkpoint.warnings) found.facts.emplace_back("note", line);
  add_part(found, "networks",
           fmt::format("{} pixels, {} tokens a picture, width {}", config.image_size,
                       config.num_image_tokens(), config.llm.hidden_size),
           *unifork::UniFork(config), checkpoint.weights);
  return found;
}

}  // namespace unipic::api
