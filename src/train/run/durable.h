#pragma once

#include <filesystem>

namespace unipic::train {

// Return when what was written is on the disk. Throw `Error`.
void sync_file(const std::filesystem::path& path);
void sync_folder(const std::filesystem::path& path);

// Renames within a folder and makes that durable. An existing `to`, a folder, gets the name `from`
// in the same instant. Throws `Error`.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace unipic::train
