#include "data/image_folder_source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/check.h"
#include "data/json_lines_source.h"

namespace unipic::data {
namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& path) {
  constexpr std::array<std::string_view, 4> kExtensions = {".png", ".jpg", ".jpeg", ".webp"};
  auto extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

fs::path caption_of(fs::path picture) { return picture.replace_extension(".txt"); }

// Relative to `folder`, sorted.
std::vector<std::string> find_pictures(const fs::path& folder) {
  std::vector<std::string> pictures;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code unknown;
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (is_picture(entry->path()) && !entry->is_directory(unknown)) {
      pictures.push_back(entry->path().lexically_relative(folder).generic_string());
    }
  }
  check(!error, "{}: cannot list: {}", folder.string(), error.message());
  std::ranges::sort(pictures);
  return pictures;
}

class ImageFolderSource : public FileSource {
 public:
  ImageFolderSource(const fs::path& folder, const FileSourceOptions& options)
      : FileSource(folder, folder, options),
        folder_(folder),
        pictures_(find_pictures(files().root())) {
    check(!pictures_.empty(), "{}: has no pictures (.png, .jpg, .jpeg, .webp)", folder.string());
    const bool any_caption = std::ranges::any_of(pictures_, [&](const auto& picture) {
      std::error_code unknown;
      return fs::exists(caption_of(files().root() / picture), unknown);
    });
    check(any_caption,
          "{}: no picture has a caption: neither a metadata.jsonl nor, for example, {} is there",
          folder.string(), caption_of(pictures_.front()).string());
  }

 private:
  uint64_t num_samples() const override { return pictures_.size(); }

  std::string where(uint64_t index) const override { return (folder_ / pictures_[index]).string(); }

  Sample read(uint64_t index) const override {
    const auto& picture = pictures_[index];
    auto caption = files().text(caption_of(picture).string());
    return TextToImage{.image = files().image(picture), .caption = std::move(caption)};
  }

  const fs::path folder_;
  const std::vector<std::string> pictures_;
};

}  // namespace

std::unique_ptr<Source> open_image_folder(const fs::path& folder,
                                          const FileSourceOptions& options) {
  auto here = options;
  here.root = folder;
  if (here.name.empty()) here.name = folder.string();
  std::error_code unknown;
  if (!fs::exists(folder / "metadata.jsonl", unknown)) {
    return std::make_unique<ImageFolderSource>(folder, here);
  }
  const JsonLinesOptions lines{.keys = {.image = "file_name", .caption = "text"}};
  return open_json_lines(folder / "metadata.jsonl", lines, here);
}

}  // namespace unipic::data
