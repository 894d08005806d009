#include "train/run/manifest.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "base/atomic_file.h"
#include "base/json.h"
#include "io/printable.h"

namespace unipic::train {
namespace {

constexpr std::string_view kManifestName = "manifest.json";
constexpr std::string_view kFormat = "unipic-checkpoint-1";
constexpr size_t kMaxManifestBytes = size_t{16} << 20;

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    check(descriptor_ >= 0, "{}: cannot open: {}", path.string(), std::strerror(errno));
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(descriptor_); }

  // Bytes read into `buffer`; 0 at the end.
  size_t read(std::vector<char>& buffer) {
    ssize_t length = 0;
    do {
      length = ::read(descriptor_, buffer.data(), buffer.size());
    } while (length < 0 && errno == EINTR);
    check(length >= 0, "{}: cannot read: {}", path_.string(), std::strerror(errno));
    return static_cast<size_t>(length);
  }

 private:
  const std::filesystem::path& path_;
  int descriptor_;
};

std::string hash_text(const XXH128_hash_t& hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

ManifestEntry measure_file(const std::filesystem::path& path) {
  constexpr size_t kBufferBytes = size_t{1} << 20;
  OpenFile file(path);
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(kBufferBytes);
  ManifestEntry entry;
  while (const size_t length = file.read(buffer)) {
    XXH3_128bits_update(state.get(), buffer.data(), length);
    entry.size += static_cast<int64_t>(length);
  }
  entry.hash = hash_text(XXH3_128bits_digest(state.get()));
  return entry;
}

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  Json files = Json::object();
  for (const auto& [name, entry] : manifest.files) {
    files[name] = {{"size", entry.size}, {"xxh3_128", entry.hash}};
  }
  const Json json = {{"format", kFormat}, {"step", manifest.step}, {"files", files}};
  write_file_atomically(folder / kManifestName, json.dump(1) + "\n");
}

Manifest read_manifest(const std::filesystem::path& folder) {
  const auto path = folder / kManifestName;
  const auto where = path.string();
  const auto json = read_json(path, kMaxManifestBytes);
  const auto format = json_get<std::string>(json, "format", where);
  check(format == kFormat, "{}: format '{}' is not '{}'", where, io::printable(format), kFormat);
  Manifest manifest{.step = json_get<int64_t>(json, "step", where), .files = {}};
  const auto files = json.find("files");
  check(files != json.end() && files->is_object(), "{}: names no files", where);
  for (const auto& [name, entry] : files->items()) {
    check_file_name(name, folder);
    manifest.files[name] = {.size = json_get<int64_t>(entry, "size", where),
                            .hash = json_get<std::string>(entry, "xxh3_128", where)};
  }
  return manifest;
}

void verify_files(const std::filesystem::path& folder, const Manifest& manifest) {
  for (const auto& [name, entry] : manifest.files) {
    const auto path = folder / name;
    const auto where = path.string();
    check(std::filesystem::exists(path), "{}: is missing", where);
    check(std::filesystem::is_regular_file(path), "{}: is not a regular file", where);
    const auto size = static_cast<int64_t>(std::filesystem::file_size(path));
    check(size == entry.size, "{}: {} bytes, the manifest says {}", where, size, entry.size);
    const auto measured = measure_file(path);
    check(measured == entry, "{}: its content has the hash {}, the manifest says {}", where,
          measured.hash, io::printable(entry.hash));
  }
}

void check_file_name(const std::string& name, const std::filesystem::path& folder) {
  const std::filesystem::path path(name);
  const bool inside =
      path.is_relative() && path.has_filename() && std::ranges::none_of(path, [](const auto& part) {
        return part == ".." || part == "." || part.empty();
      });
  check(inside && name != kManifestName && io::is_utf8(name),
        "{}: '{}' is no name for a file of a checkpoint", folder.string(), io::printable(name));
}

}  // namespace unipic::train
