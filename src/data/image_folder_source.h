#pragma once

#include <memory>

#include "data/file_source.h"

namespace unipic::data {

// The pictures (.png, .jpg, .jpeg, .webp) in a folder and the folders below it, in the order of
// their names, with their captions: cat.png's is the text in cat.txt. If the folder has a
// metadata.jsonl, its lines {"file_name": FILE, "text": TEXT} say what the samples are instead.
// Hidden files and links to folders are passed over. `options.root` is not used. Throws `Error` if
// there are no pictures, or none has a caption.
std::unique_ptr<Source> open_image_folder(const std::filesystem::path& folder,
                                          const FileSourceOptions& options = {});

}  // namespace unipic::data
