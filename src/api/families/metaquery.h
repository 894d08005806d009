#pragma once

#include <filesystem>
#include <memory>

#include "api/model.h"

namespace unipic::api {

// Whether `path` looks like UniPic2-Metaquery.
bool is_metaquery(const std::filesystem::path& path);

// Throws `Error` if something needed is missing, malformed or does not fit.
std::unique_ptr<Model> load_metaquery(const std::filesystem::path& path,
                                      const LoadOptions& options);

}  // namespace unipic::api
