#pragma once

#include <memory>
#include <string>

#include "data/file_source.h"

namespace unipic::data {

enum class CaptionPlace {
  kInList,        // [{"image": FILE, "caption": TEXT}, ...]
  kInAnnotation,  // [{"image": FILE, "annotation": FILE}, ...]; that file is {"caption": TEXT}
};

struct JsonListOptions {
  CaptionPlace place = CaptionPlace::kInList;
  // The member that holds the text, in the list or in the annotation.
  std::string caption_key = "caption";
  // Where relative names of annotations are looked up. Empty: where images are.
  std::filesystem::path annotation_root = {};
};

// Pictures with captions, listed in a JSON file of at most 256 MiB, or in all *.json files of a
// folder in the order of their names. The lists are held in memory; for longer ones there is
// `open_json_lines`. Throws `Error` if a list cannot be read, or all are empty.
std::unique_ptr<Source> open_json_list(const std::filesystem::path& path,
                                       const JsonListOptions& options = {},
                                       const FileSourceOptions& file_options = {});

}  // namespace unipic::data
