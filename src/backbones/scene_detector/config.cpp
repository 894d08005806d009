#include "backbones/scene_detector/config.h"

#include <algorithm>

namespace unipic::scene_detector {
namespace {

constexpr size_t kNumWidths = 4;
constexpr size_t kNumDepths = 3;
constexpr size_t kMaxNames = 65536;

bool in_range(int64_t value, int64_t first, int64_t last) {
  return value >= first && value <= last;
}

const Json& list_of(const Json& json, std::string_view key, std::string_view where) {
  check(json.is_object() && json.contains(key) && json[key].is_array(), "{}: '{}' is not a list",
        where, key);
  return json[key];
}

std::vector<int64_t> numbers(const Json& json, std::string_view key, std::string_view where) {
  std::vector<int64_t> result;
  for (const auto& item : list_of(json, key, where)) {
    check(item.is_number_integer(), "{}: '{}' holds something other than whole numbers", where,
          key);
    result.push_back(item.get<int64_t>());
  }
  return result;
}

std::vector<std::string> names(const Json& json, std::string_view key, std::string_view where) {
  std::vector<std::string> result;
  for (const auto& item : list_of(json, key, where)) {
    check(item.is_string(), "{}: '{}' holds something other than names", where, key);
    result.push_back(item.get<std::string>());
  }
  return result;
}

}  // namespace

void Config::validate(std::string_view where) const {
  check(in_range(size, 16, 4096) && size % (2 * kStride) == 0,
        "{}: 'size' is {}, not a multiple of {} within 16..4096", where, size, 2 * kStride);
  check(widths.size() == kNumWidths && blocks.size() == kNumDepths,
        "{}: {} 'widths' and {} 'blocks', not {} and {}", where, widths.size(), blocks.size(),
        kNumWidths, kNumDepths);
  for (const int64_t width : widths) {
    check(in_range(norm_groups, 1, 4096) && in_range(width, 1, 4096) && width % norm_groups == 0,
          "{}: {} channels do not divide into {} norm groups", where, width, norm_groups);
  }
  for (const int64_t depth : blocks) {
    check(in_range(depth, 0, 64), "{}: 'blocks' holds {}, not within 0..64", where, depth);
  }
  check(in_range(num_classes(), 1, kMaxNames) && in_range(num_colours(), 1, kMaxNames),
        "{}: {} 'classes' and {} 'colours', not within 1..{}", where, num_classes(), num_colours(),
        kMaxNames);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.size = json_get<int64_t>(json, "size", where);
  config.widths = numbers(json, "widths", where);
  config.blocks = numbers(json, "blocks", where);
  config.norm_groups = json_get<int64_t>(json, "norm_groups", where);
  config.classes = names(json, "classes", where);
  config.colours = names(json, "colours", where);
  config.validate(where);
  return config;
}

Json config_to_json(const Config& config) {
  return {{"size", config.size},       {"widths", config.widths},
          {"blocks", config.blocks},   {"norm_groups", config.norm_groups},
          {"classes", config.classes}, {"colours", config.colours}};
}

}  // namespace unipic::scene_detector
