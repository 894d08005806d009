#include "train/run/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/check.h"

namespace unipic::train {
namespace {

// Who holds the lock, as its holder wrote it; only for the message.
std::string holder(int lock) {
  char text[32] = {};
  const ssize_t length = ::pread(lock, text, sizeof(text) - 1, 0);
  const auto digits = std::string_view(text, static_cast<size_t>(std::max<ssize_t>(0, length)));
  const auto pid = digits.substr(0, digits.find_first_not_of("0123456789"));
  return pid.empty() ? "another process" : fmt::format("process {}", pid);
}

}  // namespace

RunFolder::RunFolder(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code failure;
  std::filesystem::create_directories(path_, failure);
  check(!failure, "{}: cannot make the run folder: {}", path_.string(), failure.message());
  const auto file = path_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  check(lock_ >= 0, "{}: cannot write: {}", file.string(), std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const auto who = holder(lock_);
    ::close(lock_);
    check(reason == EWOULDBLOCK, "{}: cannot lock: {}", file.string(), std::strerror(reason));
    throw Error(fmt::format("{}: {} trains in this run folder", path_.string(), who));
  }
  const auto pid = fmt::format("{}\n", ::getpid());
  // The text is a courtesy to the next one who asks; the lock holds without it.
  if (::ftruncate(lock_, 0) == 0) std::ignore = ::pwrite(lock_, pid.data(), pid.size(), 0);
}

RunFolder::~RunFolder() { ::close(lock_); }

}  // namespace unipic::train
