#pragma once

#include <filesystem>
#include <memory>

#include "api/model.h"

namespace unipic::api {

// Whether `path` is a folder as UniFork's trainer writes them.
bool is_unifork(const std::filesystem::path& path);

// Throws `Error` if something needed is missing, malformed or does not fit.
std::unique_ptr<Model> load_unifork(const std::filesystem::path& path, const LoadOptions& options);

}  // namespace unipic::api
