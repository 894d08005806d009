#include "train/run/durable.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace unipic::train {
namespace {

void sync(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  check(descriptor >= 0, "{}: cannot open: {}", path.string(), std::strerror(errno));
  const bool synced = ::fsync(descriptor) == 0;
  const int reason = errno;
  ::close(descriptor);
  check(synced, "{}: cannot make durable: {}", path.string(), std::strerror(reason));
}

}  // namespace

void sync_file(const std::filesystem::path& path) { sync(path, O_RDONLY); }

void sync_folder(const std::filesystem::path& path) { sync(path, O_RDONLY | O_DIRECTORY); }

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const unsigned flags = std::filesystem::exists(to) ? RENAME_EXCHANGE : 0;
  check(::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0,
        "{}: cannot rename to {}: {}", from.string(), to.filename().string(), std::strerror(errno));
  sync_folder(to.parent_path());
}

}  // namespace unipic::train
