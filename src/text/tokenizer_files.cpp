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

TokenizerParts read_vocab_and_merges(const fs::path& folder, bool is_clip) {
  const auto vocab_path = folder / "vocab.json", merges_path = folder / "merges.txt";
  auto vocabulary = parse_vocab_json(read_text(vocab_path), vocab_path.string());
  auto merges = parse_merges_txt(read_text(merges_path), vocabulary, merges_path.string());
  const char* pattern = is_clip ? PreSplitter::clip_pattern() : PreSplitter::qwen2_pattern();
  return {.vocabulary = std::move(vocabulary),
          .merges = std::move(merges),
          .added_tokens = {},
          .splitter = PreSplitter(pattern, folder.string()),
          .lowercase = is_clip,
          .skips_space = is_clip,
          .end_of_word = is_clip ? "</w>" : ""};
}

// vocab.json and merges.txt do not say which tokenizer they are of.
bool is_clip(const fs::path& folder, const Json& config) {
  const auto where = (folder / "tokenizer_config.json").string();
  const auto name = json_get_or<std::string>(config, "tokenizer_class", "Qwen2Tokenizer", where);
  if (name == "CLIPTokenizer" || name == "CLIPTokenizerFast") return true;
  check(name == "Qwen2Tokenizer" || name == "Qwen2TokenizerFast",
        "{}: tokenizer_class '{}' is neither Qwen2Tokenizer nor CLIPTokenizer, and there is no "
        "tokenizer.json",
        where, name);
  return false;
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
  const bool clip = is_clip(folder, config);
  auto parts = read_vocab_and_merges(folder, clip);
  parts.added_tokens = configured.empty() ? read_listed_tokens(folder) : std::move(configured);
  // CLIP's are looked for as they are written, before anything becomes lower case.
  for (auto& token : parts.added_tokens) token.normalized &= !clip;
  return Tokenizer(std::move(parts), (folder / "vocab.json").string());
}

UnigramTokenizer load_unigram_tokenizer(const fs::path& folder) {
  const auto path = folder / "spiece.model";
  const auto config = read_json_if_there(folder / "tokenizer_config.json");
  return UnigramTokenizer(read_text(path), read_configured_tokens(folder, config), path.string());
}

std::string special_token(const fs::path& folder, const std::string& name) {
  for (const char* file : {"tokenizer_config.json", "special_tokens_map.json"}) {
    const auto json = read_json_if_there(folder / file);
    if (!json.is_object() || !json.contains(name) || json[name].is_null()) continue;
    const auto& token = json[name];
    const auto where = (folder / file).string();
    return json_get<std::string>(token.is_object() ? token : json,
                                 token.is_object() ? "content" : name, where);
  }
  throw Error(fmt::format("{}: no file says what '{}' is", folder.string(), name));
}

}  // namespace unipic::text
