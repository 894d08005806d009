#include "io/zip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/check.h"
#include "io/zip_format.h"

namespace unipic::io {
namespace {

static_assert(std::endian::native == std::endian::little, "files hold little-endian numbers");

constexpr uint16_t kFlags = kZipHasDescriptor | kZipUtf8;
constexpr uint16_t kVersion = 20;
constexpr uint16_t kVersion64 = 45;
constexpr uint16_t kDate = 0x21;            // 1 January 1980
constexpr uint16_t kPaddingExtra = 0x4246;  // what torch pads with
constexpr size_t kExtraHeaderBytes = 4;

bool needs64(uint64_t number) { return number >= UINT32_MAX; }

uint32_t narrow(uint64_t number) {
  return static_cast<uint32_t>(std::min<uint64_t>(number, UINT32_MAX));
}

template <typename... Numbers>
void put(std::string& out, Numbers... numbers) {
  (out.append(reinterpret_cast<const char*>(&numbers), sizeof(numbers)), ...);
}

std::string extra64(const std::vector<uint64_t>& numbers) {
  std::string extra;
  if (numbers.empty()) return extra;
  put(extra, kZip64Extra, static_cast<uint16_t>(numbers.size() * sizeof(uint64_t)));
  for (const uint64_t number : numbers) put(extra, number);
  return extra;
}

}  // namespace

void ZipWriter::begin(std::string name, uint64_t size, size_t alignment) {
  check(name.size() <= UINT16_MAX, "zip entry with a name of {} bytes", name.size());
  const uint64_t header = file_.size();
  const bool is64 = needs64(size);
  auto extra = is64 ? extra64({size, size}) : std::string();
  if (alignment > 1) {
    const size_t used = header + kZipLocalBytes + name.size() + extra.size() + kExtraHeaderBytes;
    const size_t padding = (alignment - used % alignment) % alignment;
    put(extra, kPaddingExtra, static_cast<uint16_t>(padding));
    extra.append(padding, 'Z');
  }
  const auto size32 = is64 ? UINT32_MAX : uint32_t{0};  // 0: the descriptor behind the data says it
  std::string out;
  put(out, kZipLocal, is64 ? kVersion64 : kVersion, kFlags, kZipStored, uint16_t{0}, kDate,
      /*crc32*/ uint32_t{0}, size32, size32, static_cast<uint16_t>(name.size()),
      static_cast<uint16_t>(extra.size()));
  file_.write(out + name + extra);
  entries_.push_back({std::move(name), size, header, 0});
}

void ZipWriter::append(std::span<const std::byte> bytes) {
  auto& crc = entries_.back().crc32;
  crc = static_cast<uint32_t>(
      crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
  file_.write(bytes);
}

void ZipWriter::end() {
  const auto& entry = entries_.back();
  std::string out;
  put(out, kZipDescriptor, entry.crc32);
  if (needs64(entry.size)) {
    put(out, entry.size, entry.size);
  } else {
    put(out, narrow(entry.size), narrow(entry.size));
  }
  file_.write(out);
}

void ZipWriter::add(std::string name, std::string_view content) {
  begin(std::move(name), content.size());
  append(std::as_bytes(std::span(content)));
  end();
}

void ZipWriter::finish() {
  const uint64_t offset = file_.size();
  std::string out;
  for (const auto& entry : entries_) {
    std::vector<uint64_t> wide;
    if (needs64(entry.size)) wide = {entry.size, entry.size};
    if (needs64(entry.header)) wide.push_back(entry.header);
    const auto extra = extra64(wide);
    const auto version = wide.empty() ? kVersion : kVersion64;
    put(out, kZipCentral, version, version, kFlags, kZipStored, uint16_t{0}, kDate, entry.crc32,
        narrow(entry.size), narrow(entry.size), static_cast<uint16_t>(entry.name.size()),
        static_cast<uint16_t>(extra.size()), /*comment*/ uint16_t{0}, /*disk*/ uint16_t{0},
        /*attributes*/ uint16_t{0}, uint32_t{0}, narrow(entry.header));
    out += entry.name + extra;
  }
  const uint64_t size = out.size();
  const uint64_t count = entries_.size();
  const bool is64 = needs64(offset) || needs64(size) || count >= UINT16_MAX;
  if (is64) {
    put(out, kZip64End, uint64_t{kZip64EndBytes - 12}, kVersion64, kVersion64, uint32_t{0},
        uint32_t{0}, count, count, size, offset);
    put(out, kZip64Locator, uint32_t{0}, offset + size, uint32_t{1});
  }
  const auto count16 = static_cast<uint16_t>(std::min<uint64_t>(count, UINT16_MAX));
  put(out, kZipEnd, uint32_t{0}, count16, count16, narrow(size), narrow(offset), uint16_t{0});
  file_.write(out);
}

}  // namespace unipic::io
