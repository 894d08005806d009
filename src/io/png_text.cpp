#include "io/png_text.h"

#include <zlib.h>

#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "base/check.h"
#include "io/text_encoding.h"

namespace unipic::io {
namespace {

constexpr size_t kMaxTexts = 1000;
constexpr size_t kMaxTextBytes = 16 << 20;
constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

struct Chunk {
  std::string_view type;
  std::string_view data;
};

// Walks the chunks of a PNG.
class ChunkReader {
 public:
  ChunkReader(std::string_view bytes, std::string_view name) : bytes_(bytes), name_(name) {
    check(bytes_.starts_with(kSignature), "{}: is not a PNG image", name_);
  }

  // Nothing at the end of the file.
  std::optional<Chunk> next() {
    if (at_ == bytes_.size()) return std::nullopt;
    const size_t left = bytes_.size() - at_;
    check(left >= 12 && big_endian(at_) <= left - 12, "{}: PNG chunk at byte {} is cut short",
          name_, at_);
    const size_t length = big_endian(at_);
    const Chunk chunk{bytes_.substr(at_ + 4, 4), bytes_.substr(at_ + 8, length)};
    const auto* checked = reinterpret_cast<const Bytef*>(chunk.type.data());
    check(crc32(0, checked, static_cast<uInt>(length + 4)) == big_endian(at_ + 8 + length),
          "{}: PNG chunk at byte {} has a wrong checksum", name_, at_);
    chunk_at_ = at_;
    at_ += length + 12;
    return chunk;
  }

  // Where the chunk that `next` gave begins.
  size_t chunk_at() const { return chunk_at_; }

 private:
  uint32_t big_endian(size_t at) const {
    uint32_t value = 0;
    for (const char c : bytes_.substr(at, 4)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }

  std::string_view bytes_;
  std::string_view name_;
  size_t at_ = kSignature.size();
  size_t chunk_at_ = 0;
};

// What `deflated` inflates to; nothing if it is damaged or inflates to more than `max_bytes`.
std::optional<std::string> inflated(std::string_view deflated, size_t max_bytes) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
  stream.avail_in = static_cast<uInt>(deflated.size());
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  std::string out;
  int status = Z_OK;
  while (status == Z_OK && out.size() <= max_bytes) {
    char block[16384];
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof block;
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(block, sizeof block - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END || out.size() > max_bytes) return std::nullopt;
  return out;
}

// Cuts `data` after its first NUL and returns what was before; nothing if there is none.
std::optional<std::string_view> take_string(std::string_view& data) {
  const size_t end = data.find('\0');
  if (end == data.npos) return std::nullopt;
  const auto text = data.substr(0, end);
  data.remove_prefix(end + 1);
  return text;
}

// The text after the keyword of a tEXt, zTXt or iTXt chunk, in UTF-8; nothing if it is malformed.
std::optional<std::string> text_of(std::string_view type, std::string_view data, size_t max_bytes) {
  if (data.size() > max_bytes) return std::nullopt;
  if (type == "tEXt") return latin1_to_utf8(data);
  if (type == "zTXt") {
    if (data.empty() || data[0] != 0) return std::nullopt;
    const auto latin1 = inflated(data.substr(1), max_bytes);
    if (!latin1) return std::nullopt;
    return latin1_to_utf8(*latin1);
  }
  if (data.size() < 2 || (data[0] != 0 && data[0] != 1) || data[1] != 0) return std::nullopt;
  const bool compressed = data[0] == 1;
  data.remove_prefix(2);
  const auto language = take_string(data);
  const auto translated_keyword = take_string(data);
  if (!language || !translated_keyword) return std::nullopt;
  const auto text = compressed ? inflated(data, max_bytes) : std::string(data);
  if (!text) return std::nullopt;
  return encode_utf8(decode_utf8(*text));
}

bool is_text(std::string_view type) { return type == "tEXt" || type == "zTXt" || type == "iTXt"; }

}  // namespace

std::vector<ImageText> read_png_text(std::span<const std::byte> bytes, std::string_view name) {
  ChunkReader chunks({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
  std::vector<ImageText> texts;
  size_t num_bytes = 0;
  bool ended = false;
  while (!ended) {
    const auto chunk = chunks.next();
    check(chunk.has_value(), "{}: PNG ends at byte {} without its last chunk", name, bytes.size());
    ended = chunk->type == "IEND";
    if (!is_text(chunk->type)) continue;
    auto data = chunk->data;
    const auto keyword = take_string(data);
    auto text = keyword ? text_of(chunk->type, data, kMaxTextBytes) : std::nullopt;
    check(text.has_value(), "{}: PNG text at byte {} is malformed or longer than {} bytes", name,
          chunks.chunk_at(), kMaxTextBytes);
    num_bytes += text->size();
    check(texts.size() < kMaxTexts && num_bytes <= kMaxTextBytes,
          "{}: PNG has more than {} texts or {} bytes of them", name, kMaxTexts, kMaxTextBytes);
    texts.push_back({latin1_to_utf8(*keyword), std::move(*text)});
  }
  return texts;
}

}  // namespace unipic::io
