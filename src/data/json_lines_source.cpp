#include "data/json_lines_source.h"

#include "base/check.h"

namespace unipic::data {
namespace {

class JsonLinesSource : public FileSource {
 public:
  JsonLinesSource(const std::filesystem::path& path, const JsonLinesOptions& options,
                  const FileSourceOptions& file_options)
      : FileSource(path, path.parent_path(), file_options),
        lines_(path, options.lines),
        kind_(options.kind),
        keys_(options.keys) {}

 private:
  uint64_t num_samples() const override { return lines_.size(); }

  std::string where(uint64_t index) const override {
    return fmt::format("{} line {}", lines_.path().string(), index + 1);
  }

  Sample read(uint64_t index) const override {
    return read_sample(parse_record(lines_.line(index), kind_, keys_), files());
  }

  const LineFile lines_;
  const RecordKind kind_;
  const RecordKeys keys_;
};

}  // namespace

std::unique_ptr<Source> open_json_lines(const std::filesystem::path& path,
                                        const JsonLinesOptions& options,
                                        const FileSourceOptions& file_options) {
  return std::make_unique<JsonLinesSource>(path, options, file_options);
}

}  // namespace unipic::data
