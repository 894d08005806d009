#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace unipic::train {

struct ManifestEntry {
  int64_t size = 0;
  std::string hash;  // XXH3-128, 32 hexadecimal digits

  bool operator==(const ManifestEntry&) const = default;
};

// What the files of a checkpoint must be: `manifest.json` beside them.
struct Manifest {
  int64_t step = 0;
  std::map<std::string, ManifestEntry> files;  // by path inside the checkpoint, with '/'
};

// Size and hash of a file, read in pieces. Throws `Error`.
ManifestEntry measure_file(const std::filesystem::path& path);

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest);
Manifest read_manifest(const std::filesystem::path& folder);

// Reads every file in `folder` that the manifest names. Throws `Error` that names the first one
// that is missing or has another size or hash.
void verify_files(const std::filesystem::path& folder, const Manifest& manifest);

// Throws `Error` unless `name` is a relative path that stays inside its folder and is not the
// manifest's.
void check_file_name(const std::string& name, const std::filesystem::path& folder);

}  // namespace unipic::train
