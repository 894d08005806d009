#pragma once

#include <filesystem>

#include "base/json.h"
#include "models/unifork/checkpoint.h"

namespace unipic::unifork {

// What `path`, which a config states, names: looked for in `folder` and beside it by the last parts
// of the path, as many of them as fit. Empty if it is nowhere.
std::filesystem::path find_near(const std::filesystem::path& folder,
                                const std::filesystem::path& path);

// The parts of the checkpoint whose config.json is `config`. Throws `Error` that says what is
// missing.
CheckpointFiles find_files(const std::filesystem::path& folder, const Json& config,
                           bool needs_tower_weights);

}  // namespace unipic::unifork
