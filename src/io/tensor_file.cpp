#include "io/tensor_file.h"

#include "base/check.h"
#include "io/safetensors.h"
#include "io/tensor_index.h"
#include "io/torch_checkpoint.h"

namespace unipic::io {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[noreturn]] void refuse(std::string_view text, std::string_view name) {
  struct Known {
    std::string_view magic, what;
  };
  constexpr Known kKnown[] = {
      {"version https://git-lfs", "is a Git LFS pointer, not the file itself; fetch it"},
      {"GGUF", "is a GGUF file; a safetensors or torch file is needed"},
      {"\x80", "is a plain pickle, not one that torch.save wrote"},
      {"<", "is a web page, not a tensor file; the download went wrong"},
      {"\x93NUMPY", "is a NumPy file; a safetensors or torch file is needed"},
  };
  for (const auto& known : kKnown) {
    if (text.starts_with(known.magic)) throw Error(fmt::format("{}: {}", name, known.what));
  }
  throw Error(fmt::format("{}: is no tensor file (safetensors, torch or index)", name));
}

// A file that is not an index, or of its shards.
TensorFile parse_single(std::span<const std::byte> bytes, std::string_view name,
                        std::string_view key) {
  check(!bytes.empty(), "{}: is empty", name);
  if (is_torch_checkpoint(bytes)) return parse_torch_checkpoint(bytes, name, key);
  if (!is_safetensors(bytes)) refuse(text_of(bytes), name);
  check(key.empty(), "{}: a safetensors file has no dictionary '{}'", name, key);
  return parse_safetensors(bytes, name);
}

TensorFile open_single(std::shared_ptr<const MappedFile> mapped, std::string_view key) {
  auto file = parse_single(mapped->bytes(), mapped->path().string(), key);
  file.files.push_back(std::move(mapped));
  return file;
}

TensorFile open_shard(const std::filesystem::path& path) {
  return open_single(MappedFile::open(path), "");
}

}  // namespace

TensorFile open_tensor_file(const std::filesystem::path& path, std::string_view key) {
  auto mapped = MappedFile::open(path);
  const auto text = text_of(mapped->bytes());
  if (is_safetensors(mapped->bytes()) || !text.starts_with('{')) {
    return open_single(std::move(mapped), key);
  }
  check(key.empty(), "{}: an index has no dictionary '{}'", path.string(), key);
  return open_shards(path, parse_tensor_index(text, path.string()), open_shard);
}

}  // namespace unipic::io
