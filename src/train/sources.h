#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/source.h"

namespace unipic::train {

// Where samples come from.
struct SourceSettings {
  std::string name = "captions";
  std::string kind = "scene captions";
  std::string path;
  int64_t size = 128;
  uint64_t seed = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("name", name, "what the rest of the recipe calls it");
    v.field("kind", kind, "scene captions, dense scene captions, scene questions or scene edits");
    v.field("path", path, "file or folder, where the kind has one");
    v.field("size", size, "pixels a side of scenes");
    v.field("seed", seed, "of scenes");
  }
};

// The sources of a run by name.
using Sources = std::map<std::string, std::shared_ptr<const data::Source>>;

// Throws `UsageError` for an unknown kind or a name used twice, `Error` if files cannot be read.
Sources open_sources(const std::vector<SourceSettings>& settings);

// Scenes that no training source shows: combinations that are held out.
std::shared_ptr<const data::Source> held_out_scenes(int64_t size, uint64_t seed);

}  // namespace unipic::train
