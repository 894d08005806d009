#pragma once

#include <filesystem>
#include <memory>

#include "api/model.h"

namespace unipic::api {

std::unique_ptr<Model> load_tar(const std::filesystem::path& path, const LoadOptions& options);

}  // namespace unipic::api
