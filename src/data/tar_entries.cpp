#include "data/tar_entries.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <utility>

#include "base/check.h"
#include "io/printable.h"

namespace unipic::data {
namespace {

struct CloseArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, CloseArchive>;

void refuse_compressed(std::string_view bytes, std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kMagics[] = {
      {"\x1f\x8b", "gzip"}, {"BZh", "bzip2"}, {"\xfd\x37zXZ", "xz"}, {"\x28\xb5\x2f\xfd", "zstd"}};
  for (const auto& [magic, program] : kMagics) {
    check(!bytes.starts_with(magic),
          "{}: is compressed with {}, so that samples cannot be picked from it; unpack it to .tar",
          name, program);
  }
}

std::string error_text(archive* handle) {
  const char* text = archive_error_string(handle);
  return io::printable(text == nullptr ? "unknown error" : text);
}

Archive open_tar(std::span<const std::byte> bytes, std::string_view name) {
  Archive handle(archive_read_new());
  check(handle != nullptr, "{}: cannot be read: no memory", name);
  const bool opened =
      archive_read_support_format_tar(handle.get()) == ARCHIVE_OK &&
      archive_read_open_memory(handle.get(), bytes.data(), bytes.size()) == ARCHIVE_OK;
  check(opened, "{}: is not a tar file: {}", name, error_text(handle.get()));
  return handle;
}

std::string entry_name(archive_entry* entry) {
  // The plain name is missing if the locale cannot hold it.
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  return name == nullptr ? std::string() : name;
}

bool is_file(archive_entry* entry) {
  return archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr;
}

}  // namespace

std::vector<TarEntry> list_tar(std::span<const std::byte> bytes, std::string_view name,
                               size_t max_entries) {
  check(!bytes.empty(), "{}: is empty, not a tar file", name);
  refuse_compressed({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
  const auto handle = open_tar(bytes, name);
  std::vector<TarEntry> entries;
  archive_entry* entry = nullptr;
  for (int status; (status = archive_read_next_header(handle.get(), &entry)) != ARCHIVE_EOF;) {
    check(status == ARCHIVE_OK || status == ARCHIVE_WARN, "{}: damaged tar file at byte {}: {}",
          name, archive_read_header_position(handle.get()), error_text(handle.get()));
    if (!is_file(entry)) continue;
    check(entries.size() < max_entries, "{}: more than {} files", name, max_entries);
    const auto offset = static_cast<uint64_t>(archive_filter_bytes(handle.get(), 0));
    const auto size = static_cast<uint64_t>(archive_entry_size(entry));
    auto file = entry_name(entry);
    check(archive_entry_sparse_count(entry) == 0, "{}: '{}' is a sparse file", name,
          io::printable(file));
    const bool inside = offset <= bytes.size() && size <= bytes.size() - offset;
    check(inside, "{}: cut short: '{}' is {} bytes from byte {}, the file ends at {}", name,
          io::printable(file), size, offset, bytes.size());
    entries.push_back({.name = std::move(file), .offset = offset, .size = size});
  }
  return entries;
}

}  // namespace unipic::data
