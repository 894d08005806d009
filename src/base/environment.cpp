#include "base/environment.h"

#include <cstdlib>
#include <string>

namespace unipic {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::filesystem::path models_folder() {
  if (const auto folder = variable("UNIPIC_MODELS"); !folder.empty()) return folder;
  auto data = std::filesystem::path(variable("XDG_DATA_HOME"));
  if (data.empty()) data = std::filesystem::path(variable("HOME")) / ".local/share";
  return data / "unipic/models";
}

std::filesystem::path assets_folder() { return variable("UNIPIC_ASSETS"); }

}  // namespace unipic
