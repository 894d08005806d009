#pragma once

#include <span>
#include <string_view>

namespace unipic::serve {

// A file of web/, as the build found it.
struct EmbeddedFile {
  std::string_view name;  // "index.html"
  std::string_view content;
};

// All of them; made by cmake/embed_files.cmake.
std::span<const EmbeddedFile> embedded_files();

}  // namespace unipic::serve
