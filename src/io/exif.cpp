#include "io/exif.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "io/text_encoding.h"

namespace unipic::io {
namespace {

constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kExifDirectoryTag = 0x8769;
constexpr uint16_t kUserCommentTag = 0x9286;
constexpr uint16_t kShort = 3;
constexpr uint16_t kLong = 4;
constexpr uint16_t kUndefined = 7;
constexpr size_t kEntryBytes = 12;
constexpr std::string_view kUnicode{"UNICODE\0", 8};

// One entry of a TIFF directory; `value` is where its four bytes of value or offset lie.
struct Entry {
  uint16_t type;
  uint32_t count;
  size_t value;
};

// Reads TIFF in either byte order; what lies outside of the bytes is nothing.
class Tiff {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes) {
    if (bytes_.starts_with(std::string_view("Exif\0\0", 6))) bytes_.remove_prefix(6);
    big_endian_ = bytes_.starts_with("MM");
    if (!big_endian_ && !bytes_.starts_with("II")) bytes_ = {};
    if (number(2, 2) != 42U) bytes_ = {};
  }

  std::optional<uint32_t> number(size_t at, size_t num_bytes) const {
    if (at > bytes_.size() || bytes_.size() - at < num_bytes) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < num_bytes; ++i) {
      const size_t byte = big_endian_ ? i : num_bytes - 1 - i;
      value = value << 8 | static_cast<uint8_t>(bytes_[at + byte]);
    }
    return value;
  }

  // In the directory that the four bytes at `pointer` point to.
  std::optional<Entry> find(size_t pointer, uint16_t tag) const {
    const auto directory = number(pointer, 4);
    const auto num_entries = directory ? number(*directory, 2) : std::nullopt;
    for (size_t entry = 0; entry < num_entries.value_or(0); ++entry) {
      const size_t at = *directory + 2 + entry * kEntryBytes;
      if (!number(at + 8, 4)) return std::nullopt;
      if (*number(at, 2) != tag) continue;
      return Entry{static_cast<uint16_t>(*number(at + 2, 2)), *number(at + 4, 4), at + 8};
    }
    return std::nullopt;
  }

  std::string_view bytes(size_t at, size_t count) const {
    if (at > bytes_.size() || bytes_.size() - at < count) return {};
    return bytes_.substr(at, count);
  }

 private:
  std::string_view bytes_;
  bool big_endian_ = false;
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Where the pixel of the upright picture at (x, y) is stored: start + x * step_x + y * step_y.
struct Walk {
  int64_t start;
  int64_t step_x;
  int64_t step_y;
};

Walk walk(int orientation, int64_t width, int64_t height) {
  const int64_t right = width - 1;
  const int64_t bottom = (height - 1) * width;
  switch (orientation) {
    case 2:
      return {right, -1, width};
    case 3:
      return {right + bottom, -1, -width};
    case 4:
      return {bottom, 1, -width};
    case 5:
      return {0, width, 1};
    case 6:
      return {bottom, -width, 1};
    case 7:
      return {right + bottom, -width, -1};
    case 8:
      return {right, width, -1};
    default:
      return {0, 1, width};
  }
}

void append_big_endian(std::vector<std::byte>& out, uint32_t value, int num_bytes) {
  for (int byte = num_bytes - 1; byte >= 0; --byte) {
    out.push_back(static_cast<std::byte>(value >> (8 * byte) & 0xFF));
  }
}

// A directory of one entry, with none after it.
void append_directory(std::vector<std::byte>& out, uint16_t tag, uint16_t type, size_t count,
                      size_t value) {
  append_big_endian(out, 1, 2);
  append_big_endian(out, tag, 2);
  append_big_endian(out, type, 2);
  append_big_endian(out, static_cast<uint32_t>(count), 4);
  append_big_endian(out, static_cast<uint32_t>(value), 4);
  append_big_endian(out, 0, 4);
}

}  // namespace

int exif_orientation(std::span<const std::byte> exif) {
  const Tiff tiff(as_text(exif));
  const auto entry = tiff.find(4, kOrientationTag);
  if (!entry || entry->type != kShort || entry->count != 1) return 1;
  const auto orientation = *tiff.number(entry->value, 2);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const auto [start, step_x, step_y] = walk(orientation, image.width, image.height);
  Image out{.width = image.width, .height = image.height, .pixels = {}};
  if (orientation >= 5) std::swap(out.width, out.height);
  out.pixels.resize(image.pixels.size());
  uint8_t* to = out.pixels.data();
  for (int64_t y = 0; y < out.height; ++y) {
    for (int64_t x = 0; x < out.width; ++x) {
      const uint8_t* from = image.pixels.data() + 3 * (start + x * step_x + y * step_y);
      for (int c = 0; c < 3; ++c) *to++ = *from++;
    }
  }
  return out;
}

std::vector<std::byte> exif_with_comment(std::string_view text) {
  std::vector<std::byte> comment;
  for (const char32_t code : decode_utf8(text)) {
    if (code < 0x10000) {
      append_big_endian(comment, code, 2);
    } else {
      append_big_endian(comment, 0xD800 + ((code - 0x10000) >> 10), 2);
      append_big_endian(comment, 0xDC00 + (code & 0x3FF), 2);
    }
  }
  constexpr size_t kFirstDirectory = 8;
  constexpr size_t kExifDirectory = kFirstDirectory + 2 + kEntryBytes + 4;
  constexpr size_t kComment = kExifDirectory + 2 + kEntryBytes + 4;
  std::vector<std::byte> out{std::byte{'M'}, std::byte{'M'}, std::byte{0}, std::byte{42}};
  append_big_endian(out, kFirstDirectory, 4);
  append_directory(out, kExifDirectoryTag, kLong, 1, kExifDirectory);
  append_directory(out, kUserCommentTag, kUndefined, kUnicode.size() + comment.size(), kComment);
  const auto encoding = std::as_bytes(std::span(kUnicode));
  out.insert(out.end(), encoding.begin(), encoding.end());
  out.insert(out.end(), comment.begin(), comment.end());
  return out;
}

std::string exif_comment(std::span<const std::byte> exif) {
  const Tiff tiff(as_text(exif));
  const auto directory = tiff.find(4, kExifDirectoryTag);
  const auto entry = directory ? tiff.find(directory->value, kUserCommentTag) : std::nullopt;
  if (!entry || entry->type != kUndefined || entry->count < kUnicode.size()) return {};
  const auto offset = *tiff.number(entry->value, 4);
  const auto comment = tiff.bytes(offset, entry->count);
  if (!comment.starts_with(kUnicode)) return {};
  std::u32string text;
  for (size_t at = kUnicode.size(); at + 2 <= comment.size(); at += 2) {
    const char32_t unit = *tiff.number(offset + at, 2);
    const bool low = unit >= 0xDC00 && unit < 0xE000;
    const bool pairs = low && !text.empty() && text.back() >= 0xD800 && text.back() < 0xDC00;
    if (pairs) {
      text.back() = 0x10000 + ((text.back() - 0xD800) << 10) + (unit - 0xDC00);
    } else {
      text.push_back(unit);
    }
  }
  for (char32_t& code : text) {
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
  }
  return encode_utf8(text);
}

}  // namespace unipic::io
