#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/tar_entries.h"

namespace unipic::data {

// A run of bytes in a tar file; without any if `size` is zero.
struct TarPart {
  uint64_t offset = 0;
  uint64_t size = 0;
};

enum class CaptionFormat : uint8_t { kNone, kText, kJson, kClass };

// The files of a tar shard that make up one sample.
struct TarSample {
  std::string key;
  TarPart image;
  TarPart caption;
  CaptionFormat caption_format = CaptionFormat::kNone;
};

// Groups entries that follow each other and whose names agree up to the first dot of the last
// part. Of several images the first counts; captions are taken from .txt, else .json, else .cls.
// Groups with neither are left out, and so are hidden files.
std::vector<TarSample> group_tar_entries(const std::vector<TarEntry>& entries);

}  // namespace unipic::data
