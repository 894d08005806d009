#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/file_source.h"

namespace unipic::data {

struct TarOptions {
  // The member of .json files that holds the caption.
  std::string caption_key = "caption";
  // The captions of samples that have only a class number (.cls). Empty: such samples are refused.
  std::vector<std::string> class_names = {};
};

// Pictures with captions in tar shards as WebDataset lays them out: 000.jpg (or .jpeg, .png,
// .webp) beside 000.txt, 000.json or 000.cls. `patterns` are paths that may hold braces:
// "train-{0000..0099}.tar". Opening goes from header to header through every shard and keeps about
// 100 bytes of memory a sample; shards are mapped again for each sample. `options.root` is not
// used. Throws `Error` if a shard is missing, damaged or compressed, or there are no samples.
std::unique_ptr<Source> open_tar_shards(const std::vector<std::string>& patterns,
                                        const TarOptions& options = {},
                                        const FileSourceOptions& file_options = {});

}  // namespace unipic::data
