#include "data/sample_files.h"

#include <system_error>

#include "base/check.h"
#include "base/mapped_file.h"
#include "io/printable.h"

namespace unipic::data {
namespace {

constexpr size_t kMaxTextBytes = size_t{1} << 20;

// Whether `path` lies in `folder`; both are free of links and dots.
bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

std::string short_text(std::string_view bytes, std::string_view name) {
  check(bytes.size() <= kMaxTextBytes, "{}: {} bytes, at most {} are read as a text", name,
        bytes.size(), kMaxTextBytes);
  check(io::is_utf8(bytes), "{}: is not UTF-8", name);
  return std::string(trimmed(bytes));
}

SampleFiles::SampleFiles(const std::filesystem::path& root, bool confined,
                         const io::ImageLimits& limits)
    : confined_(confined), limits_(limits) {
  std::error_code error;
  root_ = std::filesystem::canonical(root.empty() ? "." : root, error);
  check(!error, "{}: cannot open: {}", root.string(), error.message());
  check(std::filesystem::is_directory(root_, error), "{}: is not a folder", root.string());
}

std::filesystem::path SampleFiles::find(std::string_view name) const {
  const bool plain = !name.empty() && name.find('\0') == std::string_view::npos;
  check(plain, "'{}' is not the name of a file", io::printable(name));
  const auto path = root_ / std::filesystem::path(name);
  if (!confined_) return path;
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  check(!error, "{}: cannot open: {}", io::printable(path.string()), error.message());
  check(lies_in(real, root_), "'{}' leads out of {}", io::printable(name), root_.string());
  return real;
}

Image SampleFiles::image(std::string_view name) const {
  const auto path = find(name);
  return io::decode_image(MappedFile::open(path)->bytes(), path.string(), limits_);
}

std::string SampleFiles::text(std::string_view name) const {
  const auto path = find(name);
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  return short_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

Json SampleFiles::json(std::string_view name) const { return read_json(find(name), kMaxTextBytes); }

}  // namespace unipic::data
