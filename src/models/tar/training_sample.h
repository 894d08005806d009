#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/tar/chat.h"

namespace unipic::tar {

// What a sample has in place of the tokens of a picture, and as the label of what is not learned.
inline constexpr int64_t kPictureMark = -200, kIgnored = -100;

// One speech of a conversation, with "<image>" where a picture is.
struct Speech {
  enum class From { kHuman, kModel } from = From::kHuman;
  std::string text;
};

// A conversation to learn from, T tokens.
struct TrainingSample {
  std::vector<int64_t> ids;     // `kPictureMark` where a picture is
  std::vector<int64_t> labels;  // the same ids or `kIgnored`; at a picture's mark, no token's id
                                // if it is to be drawn
  int64_t num_pictures() const;
};

// The sample of a conversation (specs/tar.md §6.1): the model's speeches are learned, and in all
// turns what marks their beginning and end, and line breaks. Speeches of the model before the first
// of the human are left out. Throws `Error` if nothing is left.
TrainingSample training_sample(const PromptWriter& prompts, const std::vector<Speech>& speeches);

}  // namespace unipic::tar
