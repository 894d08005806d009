#pragma once

#include <filesystem>
#include <string_view>

#include "convert/weight_source.h"
#include "models/tar/checkpoint_args.h"

namespace unipic::tar {

// A model as Tar's authors keep it: {'model': {'name', 'args', 'sd'}} in torch's format
// (specs/tar.md §1.1).
struct CheckpointFile {
  convert::WeightSource weights;  // of 'sd'
  CheckpointArgs args;            // "name", and "args.…"
};

// Opens one without executing anything. Tensors are called without `prefix`; those of other names
// are left out. Throws `Error` if the file is malformed or of another layout.
CheckpointFile open_checkpoint_file(const std::filesystem::path& path,
                                    std::string_view prefix = "");

}  // namespace unipic::tar
