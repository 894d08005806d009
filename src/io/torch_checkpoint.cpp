#include "io/torch_checkpoint.h"

#include "base/check.h"
#include "io/pickle.h"
#include "io/printable.h"
#include "io/torch_globals.h"
#include "io/torch_legacy.h"
#include "io/torch_tree.h"
#include "io/zip.h"

namespace unipic::io {
namespace {

// The folder inside the archive, which torch names after the file: "archive/".
std::string find_folder(const ZipEntries& entries, std::string_view name) {
  constexpr std::string_view kPickle = "/data.pkl";
  std::string folder;
  for (const auto& [entry, bytes] : entries) {
    if (!entry.ends_with(kPickle) || entry.find('/') != entry.size() - kPickle.size()) continue;
    check(folder.empty(), "{}: the zip file holds two checkpoints, '{}' and '{}'", name,
          printable(folder), printable(entry));
    folder = entry.substr(0, entry.size() - kPickle.size() + 1);
  }
  check(!folder.empty(), "{}: a zip file without '*/data.pkl' is no torch checkpoint", name);
  return folder;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> contents(const ZipEntries::value_type& entry, std::string_view name) {
  check(!entry.second.is_compressed, "{}: '{}' is compressed, only stored entries are read", name,
        printable(entry.first));
  return entry.second.bytes;
}

TensorFile parse_zip_checkpoint(std::span<const std::byte> bytes, std::string_view name,
                                std::string_view key) {
  const auto entries = parse_zip(bytes, name);
  const auto folder = find_folder(entries, name);
  check(!entries.contains(folder + "constants.pkl"),
        "{}: is a TorchScript archive; save its state_dict instead", name);
  const auto byte_order = entries.find(folder + "byteorder");
  if (byte_order != entries.end()) {
    const auto order = text_of(contents(*byte_order, name));
    check(order == "little", "{}: byte order is '{}', only little is read", name, printable(order));
  }

  const auto where = fmt::format("{}: data.pkl", name);
  const auto pickle =
      parse_pickle(contents(*entries.find(folder + "data.pkl"), name), 0, where, is_torch_global);
  TorchStorages storages;
  const auto prefix = folder + "data/";
  for (auto entry = entries.lower_bound(prefix);
       entry != entries.end() && entry->first.starts_with(prefix); ++entry) {
    storages.emplace(entry->first.substr(prefix.size()), contents(*entry, name));
  }
  return flatten({pickle, storages, where, name}, key);
}

}  // namespace

bool is_torch_checkpoint(std::span<const std::byte> bytes) {
  return is_zip(bytes) || is_torch_legacy(bytes);
}

TensorFile parse_torch_checkpoint(std::span<const std::byte> bytes, std::string_view name,
                                  std::string_view key) {
  if (is_zip(bytes)) return parse_zip_checkpoint(bytes, name, key);
  check(is_torch_legacy(bytes), "{}: is no torch checkpoint (neither zip nor torch's older layout)",
        name);
  return parse_torch_legacy(bytes, name, key);
}

TensorFile open_torch_checkpoint(const std::filesystem::path& path, std::string_view key) {
  auto mapped = MappedFile::open(path);
  auto file = parse_torch_checkpoint(mapped->bytes(), path.string(), key);
  file.files.push_back(std::move(mapped));
  return file;
}

}  // namespace unipic::io
