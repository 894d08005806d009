// Recipes and overrides: any text must give settings that print and read back to the same, or one
// line of Error. The input is a recipe and its overrides, each after a zero byte.

#include <cstdint>
#include <string_view>

#include "../tests/train/recipe/settings.h"
#include "io/printable.h"
#include "train/recipe/recipe.h"
#include "train/recipe/toml.h"

namespace {

using unipic::train::test::Settings;

std::string_view take_part(std::string_view& text) {
  const auto part = text.substr(0, text.find('\0'));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

void check_message(std::string_view message) {
  constexpr size_t kLongest = 2000;
  if (unipic::io::printable(message, kLongest) != message) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unipic::train;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    auto settings = apply_recipe(Settings{}, parse_toml(take_part(text), "input"));
    while (!text.empty()) {
      settings = apply_overrides(std::move(settings), {std::string(take_part(text))});
    }
    const auto again = apply_recipe(Settings{}, parse_toml(print_recipe(settings), "again"));
    if (again != settings) __builtin_trap();
  } catch (const unipic::Error& error) {
    check_message(error.what());
  }
  return 0;
}
