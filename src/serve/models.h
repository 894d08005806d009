#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "unipic/pipeline.h"

namespace unipic::serve {

struct ModelsOptions {
  std::filesystem::path model;       // the one that requests get who name none
  std::filesystem::path models_dir;  // whose folders are models, too; empty: none
  LoadOptions load;
  uint64_t max_resident_bytes = 0;  // of this process, before another is loaded; 0: no limit
};

struct ModelName {
  std::string name;
  std::filesystem::path folder;
  int64_t created = 0;  // when the folder was last changed, in seconds since 1970; 0: unknown
};

// The models of a server by name, loaded when they are asked for. When another would pass the limit
// of memory, those go that nobody uses, the longest unused first. Names may be read from any
// thread; the rest is for one.
class Models {
 public:
  // Throws `Error` if `models_dir` is no folder.
  explicit Models(ModelsOptions options);

  const std::vector<ModelName>& names() const { return names_; }  // the default's first
  const std::string& default_name() const { return names_.front().name; }
  // Whether that is one; "" is the default.
  bool has(const std::string& name) const;

  // Loads it unless it is there. Throws `Error` for what is no model, or no complete one.
  const Pipeline& get(const std::string& name, const std::function<bool(const Pipeline&)>& is_used);

 private:
  struct Loaded {
    Pipeline pipeline;
    uint64_t last_use;
  };

  void make_room(const std::function<bool(const Pipeline&)>& is_used);

  ModelsOptions options_;
  std::vector<ModelName> names_;
  std::map<std::string, Loaded> loaded_;
  uint64_t num_uses_ = 0;
};

}  // namespace unipic::serve
