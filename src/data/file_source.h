#pragma once

#include <optional>
#include <string>

#include "data/sample_files.h"
#include "data/sample_rules.h"
#include "data/source.h"

namespace unipic::data {

struct FileSourceOptions {
  std::string name = {};  // Empty: the path the source is opened with.
  // Where relative names of files are looked up. Empty: the folder of the file that names them.
  std::filesystem::path root = {};
  bool confined = false;  // Refuse files outside `root`.
  io::ImageLimits limits = {};
  SampleRules rules = {};
};

// What the sources that read files share: names, rules, and errors that say which sample it was.
class FileSource : public Source {
 public:
  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return num_samples(); }
  Sample sample(uint64_t epoch, uint64_t index) const final;

 protected:
  // `path` is what the source is opened with, `folder` the default for `options.root`.
  FileSource(const std::filesystem::path& path, const std::filesystem::path& folder,
             const FileSourceOptions& options);

  const SampleFiles& files() const { return files_; }

 private:
  virtual uint64_t num_samples() const = 0;
  // The name of sample `index` for messages: "data.jsonl line 3".
  virtual std::string where(uint64_t index) const = 0;
  // Any `Error` is taken to be about this sample alone.
  virtual Sample read(uint64_t index) const = 0;

  std::string name_;
  SampleFiles files_;
  SampleRules rules_;
};

}  // namespace unipic::data
