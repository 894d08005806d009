#include "models/tar/files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"

namespace unipic::tar {
namespace fs = std::filesystem;

namespace {

constexpr const char* kTaTokFolder = "TA-Tok";
constexpr const char* kTaTokFile = "ta_tok.pth";

// A folder and the one that it lies in.
std::array<fs::path, 2> places(const fs::path& folder) {
  const auto whole = fs::absolute(folder).lexically_normal();
  return {folder, (whole.filename().empty() ? whole.parent_path() : whole).parent_path()};
}

// The first of `names` that exists in one of `folders`; empty if none does.
fs::path find_in(const std::array<fs::path, 2>& folders, std::initializer_list<fs::path> names) {
  for (const auto& folder : folders)
    for (const auto& name : names)
      if (fs::exists(folder / name)) return folder / name;
  return {};
}

fs::path find_ta_tok(const fs::path& folder) {
  return find_in(places(folder), {fs::path(kTaTokFolder) / kTaTokFile, kTaTokFile});
}

// Whether a file is there and may be seen.
bool is_there(const fs::path& path) {
  std::error_code not_seen;
  return fs::exists(path, not_seen);
}

bool is_llm(const fs::path& folder) {
  return is_there(folder / "config.json") &&
         (is_there(folder / "tokenizer.json") || is_there(folder / "vocab.json"));
}

std::vector<fs::path> folders_in(const fs::path& folder, bool (*wanted)(const fs::path& path)) {
  std::vector<fs::path> found;
  std::error_code not_read;  // what may not be read holds nothing of ours
  for (const auto& entry :
       fs::directory_iterator(folder, fs::directory_options::skip_permission_denied, not_read))
    if (entry.is_directory(not_read) && wanted(entry.path())) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

fs::path find_llm(const fs::path& folder) {
  if (is_llm(folder)) return folder;
  const auto llms = folders_in(folder, is_llm);
  check(!llms.empty(), "{}: no folder of a language model here", folder.string());
  if (llms.size() > 1) {
    throw Error(fmt::format("{}: holds several language models; name one of them: {}, {}{}",
                            folder.string(), llms[0].filename().string(),
                            llms[1].filename().string(), llms.size() > 2 ? ", ..." : ""));
  }
  return llms[0];
}

bool is_dif_dtok(const fs::path& folder) {
  return is_there(folder / "model_index.json") && is_there(folder / "negative_prompt_embeds.pth");
}

// The pixels a side in a name like "ar_dtok_lp_256px.pth".
std::optional<int64_t> size_of_ar_dtok(const std::string& name) {
  constexpr std::string_view kBefore = "ar_dtok_lp_", kAfter = "px.pth";
  if (!name.starts_with(kBefore) || !name.ends_with(kAfter)) return std::nullopt;
  int64_t size = 0;
  const auto* end = name.data() + name.size() - kAfter.size();
  const auto [stop, error] = std::from_chars(name.data() + kBefore.size(), end, size);
  if (error != std::errc() || stop != end || size <= 0) return std::nullopt;
  return size;
}

}  // namespace

bool is_tar(const fs::path& path) {
  if (!fs::is_directory(path) || find_ta_tok(path).empty()) return false;
  return is_llm(path) || fs::exists(path / kTaTokFolder / kTaTokFile);
}

TarFiles find_tar_files(const fs::path& path) {
  check(fs::is_directory(path), "{}: no such model folder", path.string());
  TarFiles files = {.llm = find_llm(path), .ta_tok = find_ta_tok(path)};
  check(!files.ta_tok.empty(), "{}: no {}/{} here or beside it", path.string(), kTaTokFolder,
        kTaTokFile);
  const auto folders = places(path);
  constexpr const char* kVqganFile = "vq_ds16_t2i.pt";
  files.vqgan = find_in(folders, {fs::path("llamagen_t2i") / kVqganFile, kVqganFile});
  for (const auto& entry : fs::directory_iterator(files.ta_tok.parent_path()))
    if (const auto size = size_of_ar_dtok(entry.path().filename().string()))
      files.ar_dtoks[*size] = entry.path();
  for (const auto& folder : folders) {
    if (!files.dif_dtoks.empty()) break;
    files.dif_dtoks = folders_in(folder, is_dif_dtok);
  }
  return files;
}

}  // namespace unipic::tar
