#include "base/new_folder.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/check.h"

namespace unipic {

NewFolder::NewFolder(std::filesystem::path path)
    : path_(std::filesystem::absolute(path).lexically_normal()) {
  if (!path_.has_filename()) path_ = path_.parent_path();
  check(!std::filesystem::exists(path_), "{}: exists already", path.string());
  auto name = (path_.parent_path() / fmt::format(".{}.XXXXXX", path_.filename().string())).string();
  check(mkdtemp(name.data()) != nullptr, "{}: cannot write: {}", path.string(),
        std::strerror(errno));
  temporary_ = name;
}

NewFolder::~NewFolder() {
  if (committed_) return;
  std::error_code ignored;
  std::filesystem::remove_all(temporary_, ignored);
}

void NewFolder::commit() {
  constexpr mode_t kUsualPermissions = 0755;
  chmod(temporary_.c_str(), kUsualPermissions);
  std::error_code error;
  std::filesystem::rename(temporary_, path_, error);
  check(!error, "{}: cannot write: {}", path_.string(), error.message());
  committed_ = true;
}

}  // namespace unipic
