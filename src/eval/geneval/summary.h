#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace unipic::eval {

// What was found of one picture.
struct ImageResult {
  std::string tag;
  std::string prompt_key;  // the same for all pictures of a prompt: `GenEvalPrompt::line`
  bool correct = false;
};

struct Share {
  int64_t num_correct = 0;
  int64_t num_total = 0;

  double value() const { return static_cast<double>(num_correct) / static_cast<double>(num_total); }
  // With two decimals and no sign: "73.39".
  std::string percent() const;
};

struct TagScore {
  std::string tag;
  Share images;
};

struct GenEvalSummary {
  std::vector<TagScore> tags;  // in the order in which they first appear
  double overall = 0;          // GenEval's score: the mean of the tags' shares
  Share images;
  Share prompts;  // correct if any of their pictures is
};

// Throws `Error` if there are no results.
GenEvalSummary summarize(std::span<const ImageResult> results);

}  // namespace unipic::eval
