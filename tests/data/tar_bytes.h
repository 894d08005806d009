#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace unipic::test {

inline constexpr size_t kTarBlock = 512;

// One file of a POSIX tar: its header, and its content filled up to a whole block.
inline std::string tar_file(std::string_view name, std::string_view content, char type = '0') {
  std::string header(kTarBlock, '\0');
  const auto put = [&](size_t at, std::string_view text) { header.replace(at, text.size(), text); };
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", content.size()));
  put(136, "00000000000");
  put(148, "        ");
  header[156] = type;
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum));
  header[154] = '\0';
  const size_t padding = (kTarBlock - content.size() % kTarBlock) % kTarBlock;
  return header + std::string(content) + std::string(padding, '\0');
}

// A file whose name stands in an extended (pax) header, as long or foreign names do.
inline std::string pax_file(std::string_view name, std::string_view content) {
  // The record begins with its own length, whose digits count too.
  size_t length = name.size() + 8;
  while (fmt::format("{} path={}\n", length, name).size() != length) ++length;
  const auto record = fmt::format("{} path={}\n", length, name);
  return tar_file("pax", record, 'x') + tar_file("short", content);
}

inline std::string tar_end() { return std::string(2 * kTarBlock, '\0'); }

}  // namespace unipic::test
