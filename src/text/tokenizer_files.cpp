#include "text/tokenizer_files.h"

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/mapped_file.h"
#include "text/added_token_files.h"
#include "text/bpe_files.h"
#include "text/tokenizer_json.h"

namespace unipic::text {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFileBytes = size_t{128} << 20;

std::string read_text(const fs::path& path) {
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  check(bytes.size() <= kMaxFileBytes, "{}: has {} bytes, at most {} are read", path.string(),
        bytes.size(), kMaxFileBytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Json read_json_if_there(const fs::path& path) {
  return fs::exists(path) ? read_json(path, kMaxFileBytes) : Json();
}

std::vector<AddedToken> read_configured_tokens(const fs::path& folder, const Json& config) {
  if (!config.is_object() || !config.contains("added_tokens_decoder")) return {};
  return parse_added_tokens_decoder(config.at("added_tokens_decoder"),
                                    (folder / "tokenizer_config.json").string());
}

std::vector<AddedToken> read_listed_tokens(const fs::path& folder) {
  const auto ids = read_json_if_there(folder / "added_tokens.json");
  if (ids.is_null()) return {};
  return parse_added_tokens_json(ids, read_json_if_there(folder / "special_tokens_map.json"),
                                 (folder / "added_tokens.json").string());
}

TokenizerParts read_vocab_and_merges(const fs::path& folder) {
  const auto vocab_path = folder / "vocab.json", merges_path = folder / "merges.txt";
  auto vocabulary = parse_vocab_json(read_text(vocab_path), vocab_path.string());
  auto merges = parse_merges_txt(read_text(merges_path), vocabulary, merges_path.string());
  return {.vocabulary = std::move(vocabulary),
          .merges = std::move(merges),
          .added_tokens = {},
          .splitter = PreSplitter(PreSplitter::qwen2_pattern(), folder.string())};
}

// vocab.json and merges.txt do not say which tokenizer they are of: CLIP's look the same.
void check_is_qwen2(const fs::path& folder, const Json& config) {
  const auto where = (folder / "tokenizer_config.json").string();
  const auto name = json_get_or<std::string>(config, "tokenizer_class", "Qwen2Tokenizer", where);
  check(name == "Qwen2Tokenizer" || name == "Qwen2TokenizerFast",
        "{}: tokenizer_class '{}' is not Qwen2Tokenizer, and there is no tokenizer.json", where,
        name);
}

}  // namespace

Tokenizer load_tokenizer(const fs::path& folder) {
  const auto config = read_json_if_there(folder / "tokenizer_config.json");
  const auto json_path = folder / "tokenizer.json";
  auto configured = read_configured_tokens(folder, config);
  if (fs::exists(json_path)) {
    auto parts = parse_tokenizer_json(read_text(json_path), json_path.string());
    parts.added_tokens.insert(parts.added_tokens.end(), configured.begin(), configured.end());
    return Tokenizer(std::move(parts), json_path.string());
  }
  check(fs::exists(folder / "vocab.json"), "{}: holds neither tokenizer.json nor vocab.json",
        folder.string());
  check_is_qwen2(folder, config);
  auto parts = read_vocab_and_merges(folder);
  parts.added_tokens = configured.empty() ? read_listed_tokens(folder) : std::move(configured);
  return Tokenizer(std::move(parts), (folder / "vocab.json").string());
}

}  // namespace unipic::text
