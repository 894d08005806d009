#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

namespace unipic::scene_detector {

// Pixels a side of a cell of the grid on which the network answers.
inline constexpr int64_t kStride = 8;

// Sizes of a detector, and what it tells apart.
struct Config {
  int64_t size = 128;  // pixels a side of what it looks at; a multiple of 16
  std::vector<int64_t> widths = {32, 64, 128, 160};  // channels at strides 2, 4, 8 and 16
  std::vector<int64_t> blocks = {1, 2, 1};           // residual blocks at strides 4, 8 and 16
  int64_t norm_groups = 8;
  std::vector<std::string> classes = {};
  std::vector<std::string> colours = {};

  int64_t grid() const { return size / kStride; }
  int64_t num_classes() const { return static_cast<int64_t>(classes.size()); }
  int64_t num_colours() const { return static_cast<int64_t>(colours.size()); }
  // Throws `Error` naming `where`.
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

Config config_from_json(const Json& json, std::string_view where);
Json config_to_json(const Config& config);

}  // namespace unipic::scene_detector
