#include "io/safetensors_writer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "base/check.h"
#include "base/json.h"
#include "io/printable.h"

namespace unipic::io {
namespace {

constexpr std::string_view kMetadataKey = "__metadata__";
constexpr size_t kAlignment = 8;
constexpr size_t kMaxHeaderBytes = 100'000'000;  // what readers accept

std::vector<TensorSpec> ordered(std::vector<TensorSpec> tensors) {
  std::ranges::sort(tensors, [](const TensorSpec& a, const TensorSpec& b) {
    return std::tuple(size_of(b.dtype), std::string_view(a.name)) <
           std::tuple(size_of(a.dtype), std::string_view(b.name));
  });
  return tensors;
}

std::string quoted(const std::string& text, const std::filesystem::path& path) {
  check(is_utf8(text), "{}: metadata '{}' is not UTF-8", path.string(), printable(text));
  return Json(text).dump();
}

std::string header_of(const std::filesystem::path& path, const std::vector<TensorSpec>& tensors,
                      const SafetensorsMetadata& metadata) {
  std::vector<std::string> members;
  if (!metadata.empty()) {
    std::vector<std::string> fields;
    for (const auto& [key, value] : metadata) {
      fields.push_back(fmt::format("{}:{}", quoted(key, path), quoted(value, path)));
    }
    members.push_back(fmt::format("\"{}\":{{{}}}", kMetadataKey, fmt::join(fields, ",")));
  }
  size_t begin = 0;
  for (const auto& tensor : tensors) {
    check(tensor.name != kMetadataKey, "{}: no tensor may be called '{}'", path.string(),
          kMetadataKey);
    const size_t end = begin + tensor.num_bytes();
    members.push_back(fmt::format(R"({}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                                  quoted(tensor.name, path), name_of(tensor.dtype),
                                  fmt::join(tensor.shape, ","), begin, end));
    begin = end;
  }
  auto header = fmt::format("{{{}}}", fmt::join(members, ","));
  header.resize((header.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  check(header.size() <= kMaxHeaderBytes, "{}: header of {} bytes, at most {} can be read",
        path.string(), header.size(), kMaxHeaderBytes);
  return header;
}

}  // namespace

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path,
                                     std::vector<TensorSpec> tensors,
                                     const SafetensorsMetadata& metadata)
    : TensorWriter(path, ordered(std::move(tensors))) {
  const auto header = header_of(path, this->tensors(), metadata);
  const uint64_t length = header.size();
  file().write(std::as_bytes(std::span(&length, 1)));
  file().write(header);
}

void write_safetensors(const std::filesystem::path& path,
                       const std::map<std::string, TensorView, std::less<>>& tensors,
                       const SafetensorsMetadata& metadata) {
  SafetensorsWriter writer(path, specs_of(tensors), metadata);
  write_all(writer, tensors);
}

}  // namespace unipic::io
