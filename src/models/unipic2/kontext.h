#pragma once

#include <filesystem>

#include "models/unipic2/flow_model.h"
#include "models/unipic2/kontext_files.h"
#include "models/unipic2/text_encoders.h"

namespace unipic::unipic2 {

// UniPic2-SD3.5M-Kontext: draws from a text, and edits one picture (specs/unipic2.md §8).
class Kontext {
 public:
  // Throws `Error` for what is missing, malformed or does not fit.
  Kontext(const KontextFiles& files, const ops::Placement& placement)
      : text_encoders_(files, placement), flow_(files.flow(), placement) {}
  // Of a published folder.
  Kontext(const std::filesystem::path& folder, const ops::Placement& placement)
      : Kontext(find_kontext_files(folder), placement) {}

  const TextEncoders& text_encoders() const { return text_encoders_; }
  const FlowModel& flow() const { return flow_; }
  FlowModel& flow() { return flow_; }

  // The prompts of pictures that are drawn together; at most `num_t5_tokens` are seen of each.
  PromptPair encode(const PromptTexts& prompts, int64_t num_t5_tokens,
                    const RunControl& control = {}) const {
    return prompts.pair(text_encoders_.encode(prompts.texts(), num_t5_tokens,
                                              flow_.transformer()->config(), control));
  }

 private:
  TextEncoders text_encoders_;
  FlowModel flow_;
};

}  // namespace unipic::unipic2
