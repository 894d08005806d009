#pragma once

#include <memory>

#include "data/file_source.h"
#include "data/line_file.h"
#include "data/record.h"

namespace unipic::data {

struct JsonLinesOptions {
  RecordKind kind = RecordKind::kTextToImage;
  RecordKeys keys = {};
  LineFileOptions lines = {};
};

// A file with a JSON object on each line, one sample each. Opening it reads its index, or goes
// through the file once to make one; it stays mapped. Throws `Error` if it cannot be opened or is
// empty.
std::unique_ptr<Source> open_json_lines(const std::filesystem::path& path,
                                        const JsonLinesOptions& options = {},
                                        const FileSourceOptions& file_options = {});

}  // namespace unipic::data
