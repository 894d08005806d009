#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "api/model.h"
#include "unipic/checkpoint.h"

namespace unipic::api {

// A family of models that folders hold.
struct Family {
  std::string_view name;
  bool (*holds)(const std::filesystem::path& path);
  Inspection (*inspect)(const std::filesystem::path& folder);
  void (*convert)(const std::filesystem::path& in, const std::filesystem::path& out,
                  const ConvertOptions& options);
  std::unique_ptr<Model> (*load)(const std::filesystem::path& path, const LoadOptions& options);
};

// That of the model at `path`; UniPic 1, whose loader says what it misses, where none is
// recognised.
const Family& family_of(const std::filesystem::path& path);

}  // namespace unipic::api
