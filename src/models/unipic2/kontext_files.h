#pragma once

#include <filesystem>
#include <string>

#include "models/unipic2/infer_configs.h"

namespace unipic::unipic2 {

// Where what both products draw with lies; `KontextFiles` says more of each.
struct FlowFiles {
  std::filesystem::path transformer, vae;
  std::filesystem::path scheduler = {};
  UnstatedFacts unstated = {};
};

// Where the parts of UniPic2-SD3.5M-Kontext lie. Each network is a folder of the published layout
// or a checkpoint file that holds it, be it among others (docs/formats.md).
struct KontextFiles {
  std::filesystem::path transformer = {};
  std::filesystem::path vae = {};
  std::filesystem::path clip_l = {}, clip_g = {};
  std::filesystem::path t5 = {};          // empty: prompts are read without it
  std::filesystem::path tokenizers = {};  // holds tokenizer/, tokenizer_2/ and tokenizer_3/
  std::filesystem::path scheduler = {};   // a folder; empty: the published schedule
  UnstatedFacts unstated = {};            // of the files

  FlowFiles flow() const { return {transformer, vae, scheduler, unstated}; }
  // For messages.
  std::string names_of_encoders() const;
};

// The parts of `model`, a published folder or a checkpoint file; those that `given` has take the
// place of what is there. A folder's tokenizers are its own by default; a file has none. T5 is left
// out where neither has it. Throws `Error` that says what is missing.
KontextFiles find_kontext_files(const std::filesystem::path& model, const KontextFiles& given = {});

}  // namespace unipic::unipic2
