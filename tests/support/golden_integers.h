#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "support/temporary_folder.h"

namespace unipic::test {

// An I64 tensor of a safetensors file that is known to be well-formed.
inline std::vector<int64_t> golden_integers(const std::filesystem::path& path,
                                            const std::string& name) {
  const auto file = read_file(path);
  uint64_t header_size;
  std::memcpy(&header_size, file.data(), sizeof header_size);
  const auto header = parse_json(std::string_view(file).substr(8, header_size), path.string());
  const auto range = header.at(name).at("data_offsets").get<std::vector<size_t>>();
  std::vector<int64_t> values((range[1] - range[0]) / sizeof(int64_t));
  std::memcpy(values.data(), file.data() + 8 + header_size + range[0], range[1] - range[0]);
  return values;
}

// The params of a case of a golden folder.
inline Json golden_params(const std::filesystem::path& folder, const std::string& name) {
  const auto cases = read_json(folder / "cases.json");
  for (const auto& element : cases.is_array() ? cases : cases.at("cases")) {
    if (element.at("name") == name) return element.at("params");
  }
  throw Error("no case '" + name + "'");
}

}  // namespace unipic::test
