#include "train/recipe/printer.h"

#include <algorithm>

namespace unipic::train {
namespace {

constexpr size_t kWidestAligned = 40;

}  // namespace

void RecipePrinter::add_section_text(const std::string& header, std::string_view help,
                                     const std::string& body) {
  sections_ +=
      help.empty() ? fmt::format("\n{}\n", header) : fmt::format("\n{}  # {}\n", header, help);
  sections_ += body;
}

std::string RecipePrinter::text() const {
  size_t width = 0;
  for (const auto& [line, help] : lines_) {
    if (line.size() <= kWidestAligned) width = std::max(width, line.size());
  }
  std::string out;
  for (const auto& [line, help] : lines_) {
    out += help.empty() ? line + "\n" : fmt::format("{:<{}}  # {}\n", line, width, help);
  }
  return out + sections_;
}

}  // namespace unipic::train
