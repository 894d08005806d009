// GenEval's prompts: any text must give prompts or an Error, and prompts that can be judged by.

#include <cstdint>
#include <string_view>

#include "eval/geneval/verdict.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unipic::eval;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    for (const auto& prompt : parse_geneval_prompts(text, "input")) {
      Objects objects;
      for (const auto& wanted : prompt.include) {
        auto& of_class = objects[wanted.class_name];
        const auto left = 50 * static_cast<float>(of_class.size());
        of_class.push_back(
            {.class_name = wanted.class_name, .box = {left, 0, left + 10, 10}, .score = 1});
      }
      const auto red = [](std::string_view, std::span<const Detection> taken) {
        return std::vector<Color>(taken.size(), Color::kRed);
      };
      const auto verdict = judge_objects(std::move(objects), prompt, red, {});
      if (verdict.correct != verdict.reasons.empty()) __builtin_trap();
    }
  } catch (const unipic::Error&) {
  }
  return 0;
}
