#pragma once

#include <filesystem>
#include <memory>

#include "api/model.h"

namespace unipic::api {

// Throws `Error` if the folder holds no complete UniPic 1.
std::unique_ptr<Model> load_unipic1(const std::filesystem::path& folder,
                                    const LoadOptions& options);

}  // namespace unipic::api
