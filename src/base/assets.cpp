#include "base/assets.h"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/environment.h"

namespace unipic {
namespace {

std::vector<std::filesystem::path> asset_folders() {
  std::vector<std::filesystem::path> folders;
  if (auto folder = assets_folder(); !folder.empty()) folders.push_back(std::move(folder));
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) folders.push_back(program.parent_path().parent_path() / "share/unipic");
  folders.push_back(UNIPIC_SOURCE_ASSETS);
  folders.push_back(UNIPIC_INSTALLED_ASSETS);
  return folders;
}

}  // namespace

std::optional<std::filesystem::path> asset_if_there(std::string_view name) {
  for (const auto& folder : asset_folders()) {
    std::error_code error;
    if (auto path = folder / name; std::filesystem::is_regular_file(path, error)) return path;
  }
  return {};
}

std::filesystem::path find_asset(std::string_view name) {
  if (auto path = asset_if_there(name)) return *std::move(path);
  std::vector<std::string> looked_in;
  for (const auto& folder : asset_folders()) looked_in.push_back(folder.string());
  throw Error(fmt::format("no asset {} in {}; UNIPIC_ASSETS can name the folder that holds it",
                          name, fmt::join(looked_in, " or ")));
}

}  // namespace unipic
