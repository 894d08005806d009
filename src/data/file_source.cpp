#include "data/file_source.h"

#include <cassert>

#include "base/check.h"

namespace unipic::data {

FileSource::FileSource(const std::filesystem::path& path, const std::filesystem::path& folder,
                       const FileSourceOptions& options)
    : name_(options.name.empty() ? path.string() : options.name),
      files_(options.root.empty() ? folder : options.root, options.confined, options.limits),
      rules_(options.rules) {}

Sample FileSource::sample(uint64_t /*epoch*/, uint64_t index) const {
  assert(index < num_samples());
  try {
    auto sample = read(index);
    rules_.check(sample);
    return sample;
  } catch (const Error& error) {
    throw SampleError(fmt::format("{}: {}", where(index), error.what()));
  }
}

}  // namespace unipic::data
