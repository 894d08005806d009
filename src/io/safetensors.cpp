#include "io/safetensors.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "io/printable.h"
#include "io/safetensors_header.h"
#include "io/tensor_shape.h"

namespace unipic::io {
namespace {

constexpr size_t kLengthBytes = 8;
// The reference implementation's limit.
constexpr size_t kMaxHeaderBytes = 100'000'000;

std::string_view header_text(std::span<const std::byte> bytes, std::string_view name) {
  check(bytes.size() >= kLengthBytes, "{}: {} bytes are too few for a safetensors file", name,
        bytes.size());
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  check(length <= kMaxHeaderBytes, "{}: header of {} bytes, at most {} are read", name, length,
        kMaxHeaderBytes);
  const auto rest = bytes.subspan(kLengthBytes);
  check(length <= rest.size(), "{}: header of {} bytes, but only {} bytes follow byte {}", name,
        length, rest.size(), kLengthBytes);
  const std::string_view header(reinterpret_cast<const char*>(rest.data()), length);
  check(header.starts_with('{'), "{}: the header does not begin with '{{' at byte {}", name,
        kLengthBytes);
  return header;
}

// The tensors in order of their data must tile it.
void check_layout(std::vector<SafetensorsEntry>& entries, size_t num_data_bytes,
                  std::string_view name) {
  std::ranges::sort(entries, {},
                    [](const auto& entry) { return std::pair(entry.begin, entry.end); });
  uint64_t end = 0;
  for (const auto& entry : entries) {
    check(entry.begin == end, "{}: tensor '{}' begins at byte {} of the data, {} byte {}", name,
          printable(entry.name), entry.begin,
          entry.begin < end ? "inside what ends at" : "which leaves a hole after", end);
    end = entry.end;
  }
  check(end == num_data_bytes, "{}: the tensors end at byte {} of the data, which has {} bytes",
        name, end, num_data_bytes);
}

TensorView view_of(const SafetensorsEntry& entry, std::span<const std::byte> data,
                   std::string_view name) {
  const auto where = fmt::format("{}: tensor '{}'", name, printable(entry.name));
  const size_t num_bytes = checked_num_bytes(entry.dtype, entry.shape, where);
  check(entry.begin <= entry.end, "{} has data_offsets [{}, {}]", where, entry.begin, entry.end);
  check(num_bytes == entry.end - entry.begin,
        "{} is {} bytes by dtype and shape, {} by data_offsets", where, num_bytes,
        entry.end - entry.begin);
  check(entry.end <= data.size(), "{} ends at byte {} of the data, which has {} bytes", where,
        entry.end, data.size());
  return {entry.dtype, entry.shape, row_major_strides(entry.shape),
          data.subspan(entry.begin, num_bytes)};
}

}  // namespace

bool is_safetensors(std::span<const std::byte> bytes) {
  if (bytes.size() <= kLengthBytes) return false;
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  return length <= kMaxHeaderBytes && bytes[kLengthBytes] == std::byte{'{'};
}

TensorFile parse_safetensors(std::span<const std::byte> bytes, std::string_view name) {
  const auto text = header_text(bytes, name);
  auto header = parse_safetensors_header(text, kLengthBytes, name);
  const auto data = bytes.subspan(kLengthBytes + text.size());

  TensorFile file;
  for (const auto& entry : header.entries) {
    const bool is_new = file.tensors.emplace(entry.name, view_of(entry, data, name)).second;
    check(is_new, "{}: tensor '{}' appears twice", name, printable(entry.name));
  }
  check_layout(header.entries, data.size(), name);
  file.metadata = std::move(header.metadata);
  return file;
}

TensorFile open_safetensors(const std::filesystem::path& path) {
  auto mapped = MappedFile::open(path);
  auto file = parse_safetensors(mapped->bytes(), path.string());
  file.files.push_back(std::move(mapped));
  return file;
}

}  // namespace unipic::io
