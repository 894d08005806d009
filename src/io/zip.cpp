#include "io/zip.h"

#include <algorithm>

#include "io/byte_reader.h"
#include "io/printable.h"
#include "io/zip_format.h"

namespace unipic::io {
namespace {

constexpr uint64_t kMaxEntries = 1 << 20;

struct Directory {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t num_entries = 0;
};

struct Entry {
  size_t record = 0;  // where the central directory describes it
  std::string_view name = {};
  bool is_compressed = false;
  uint64_t size = 0;  // in the file
  uint64_t header = 0;
};

class ZipParser {
 public:
  ZipParser(std::span<const std::byte> bytes, std::string_view where)
      : bytes_(bytes), where_(where) {}

  ZipEntries parse() {
    const auto directory = find_directory();
    ZipEntries entries;
    auto reader = at(directory.offset);
    for (uint64_t index = 0; index < directory.num_entries; ++index) {
      const auto entry = read_entry(reader, directory);
      if (entry.name.ends_with('/')) continue;
      const bool is_new =
          entries.emplace(entry.name, ZipEntry{contents(entry, directory), entry.is_compressed})
              .second;
      reader.require(is_new, entry.record, "entry '{}' appears twice", printable(entry.name));
    }
    return entries;
  }

 private:
  ByteReader at(uint64_t offset) const {
    const ByteReader reader(bytes_, where_);
    reader.require(offset <= bytes_.size(), bytes_.size(), "the zip file ends before byte {}",
                   offset);
    return {bytes_, where_, offset};
  }

  // The end record lies behind a comment of unknown length, at the very end of the file.
  size_t find_end() const {
    const size_t size = bytes_.size();
    if (size >= kZipEndBytes) {
      const size_t last = size - kZipEndBytes;
      for (size_t back = 0; back <= std::min<size_t>(last, UINT16_MAX); ++back) {
        auto reader = at(last - back);
        if (reader.take_number<uint32_t>() != kZipEnd) continue;
        reader.take(16);
        if (reader.take_number<uint16_t>() == back) return last - back;
      }
    }
    throw Error(fmt::format("{} not a whole zip file: no end record in {} bytes", where_, size));
  }

  Directory find_directory() const {
    const size_t end = find_end();
    auto reader = at(end + 4);
    const auto disks = reader.take_number<uint32_t>();
    reader.take(2);
    Directory directory;
    directory.num_entries = reader.take_number<uint16_t>();
    directory.size = reader.take_number<uint32_t>();
    directory.offset = reader.take_number<uint32_t>();
    if (directory.num_entries == UINT16_MAX || directory.size == UINT32_MAX ||
        directory.offset == UINT32_MAX) {
      directory = find_directory64(end, directory);
    }
    reader.require(disks == 0 || disks == UINT32_MAX, end, "the zip file is split over disks");
    reader.require(directory.offset <= end && directory.size <= end - directory.offset, end,
                   "the zip directory of {} bytes at byte {} is outside the file", directory.size,
                   directory.offset);
    reader.require(directory.num_entries <= kMaxEntries &&
                       directory.num_entries <= directory.size / kZipCentralBytes,
                   end, "{} entries in a zip directory of {} bytes", directory.num_entries,
                   directory.size);
    return directory;
  }

  // `narrow` stands where the file is not zip64 and its numbers just happen to be the largest.
  Directory find_directory64(size_t end, const Directory& narrow) const {
    if (end < kZip64LocatorBytes) return narrow;
    auto locator = at(end - kZip64LocatorBytes);
    if (locator.take_number<uint32_t>() != kZip64Locator) return narrow;
    locator.take(4);
    auto reader = at(locator.take_number<uint64_t>());
    const size_t start = reader.offset();
    reader.require(reader.take_number<uint32_t>() == kZip64End, start, "no zip64 end record");
    reader.take(28);
    Directory wide;
    wide.num_entries = reader.take_number<uint64_t>();
    wide.size = reader.take_number<uint64_t>();
    wide.offset = reader.take_number<uint64_t>();
    return wide;
  }

  Entry read_entry(ByteReader& reader, const Directory& directory) const {
    Entry entry{.record = reader.offset()};
    reader.require(reader.take_number<uint32_t>() == kZipCentral, entry.record,
                   "no zip directory entry");
    reader.take(4);
    const auto flags = reader.take_number<uint16_t>();
    const auto method = reader.take_number<uint16_t>();
    reader.take(8);
    entry.size = reader.take_number<uint32_t>();
    uint64_t uncompressed = reader.take_number<uint32_t>();
    const auto name_length = reader.take_number<uint16_t>();
    const auto extra_length = reader.take_number<uint16_t>();
    const auto comment_length = reader.take_number<uint16_t>();
    reader.take(8);
    entry.header = reader.take_number<uint32_t>();
    entry.name = reader.take_text(name_length);
    read_zip64(reader.take(extra_length), entry, uncompressed);
    reader.take(comment_length);
    reader.require(reader.offset() <= directory.offset + directory.size, entry.record,
                   "entry '{}' leaves the zip directory", printable(entry.name));
    reader.require((flags & kZipEncrypted) == 0, entry.record, "entry '{}' is encrypted",
                   printable(entry.name));
    entry.is_compressed = method != kZipStored;
    reader.require(entry.is_compressed || uncompressed == entry.size, entry.record,
                   "stored entry '{}' has two sizes {} and {}", printable(entry.name), entry.size,
                   uncompressed);
    return entry;
  }

  // The extra field holds, in this order, those of the numbers that did not fit 32 bits.
  void read_zip64(std::span<const std::byte> extra, Entry& entry, uint64_t& uncompressed) const {
    ByteReader reader(extra, where_);
    while (reader.left() >= 4) {
      const auto id = reader.take_number<uint16_t>();
      const auto length = reader.take_number<uint16_t>();
      at(entry.record)
          .require(length <= reader.left(), entry.record, "entry '{}' has a broken extra field",
                   printable(entry.name));
      ByteReader field(reader.take(length), where_);
      if (id != kZip64Extra) continue;
      for (uint64_t* number : {&uncompressed, &entry.size, &entry.header}) {
        if (*number == UINT32_MAX && field.left() >= 8) *number = field.take_number<uint64_t>();
      }
    }
  }

  std::span<const std::byte> contents(const Entry& entry, const Directory& directory) const {
    auto reader = at(entry.header);
    const size_t start = reader.offset();
    reader.require(reader.take_number<uint32_t>() == kZipLocal, start, "no zip entry '{}' here",
                   printable(entry.name));
    reader.take(22);
    const auto name_length = reader.take_number<uint16_t>();
    const auto extra_length = reader.take_number<uint16_t>();
    reader.require(reader.take_text(name_length) == entry.name, start,
                   "the zip directory calls this entry '{}'", printable(entry.name));
    reader.take(extra_length);
    reader.require(
        reader.offset() <= directory.offset && entry.size <= directory.offset - reader.offset(),
        start, "entry '{}' of {} bytes runs into the zip directory", printable(entry.name),
        entry.size);
    return reader.take(entry.size);
  }

  std::span<const std::byte> bytes_;
  std::string_view where_;
};

}  // namespace

bool is_zip(std::span<const std::byte> bytes) {
  constexpr std::string_view kMagics[] = {"PK\x03\x04", "PK\x05\x06"};
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::ranges::any_of(kMagics, [&](auto magic) { return text.starts_with(magic); });
}

ZipEntries parse_zip(std::span<const std::byte> bytes, std::string_view name) {
  const std::string where = fmt::format("{}:", name);
  return ZipParser(bytes, where).parse();
}

}  // namespace unipic::io
