#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/tar/detokenizer.h"
#include "models/tar/files.h"
#include "models/tar/language_model.h"
#include "models/tar/ta_tok.h"
#include "ops/placement.h"

namespace unipic::tar {

enum class DetokenizerKind { kAutoregressive, kDiffusion };

// A Tar with all its parts: language model, tokenizer and de-tokenizers (specs/tar.md §0). Const
// members may be called from one thread at a time.
class Tar {
 public:
  // Opens the parts; a de-tokenizer's weights are read when it is first asked for. `bits` are those
  // of the language model's stacked weights. Throws `Error` for what is missing, malformed or does
  // not fit.
  Tar(const TarFiles& files, const ops::Placement& placement, ops::WeightBits bits,
      bool own_kernels);

  const LanguageModel& llm() const { return llm_; }
  // Scales that pictures can have, and how many codes one has then.
  int64_t num_scales() const;
  int64_t num_codes(int64_t scale) const;

  // What there is to draw with.
  struct DetokenizerPlace {
    DetokenizerKind kind;
    int64_t size;       // pixels a side
    int64_t num_codes;  // that it writes for a picture, one a step; 0: steps may be any number
    std::filesystem::path path;

    // How many steps a picture takes that is asked for with `num_steps` (0: as the authors do it).
    // Throws `UsageError` if it cannot be drawn in so many.
    int64_t steps_for(int64_t num_steps) const;
  };
  const std::vector<DetokenizerPlace>& detokenizers() const { return places_; }
  // One of them, by its number.
  const Detokenizer& detokenizer(size_t number) const;

  // The codes of a picture; drawn with `seed` instead of the nearest, if there is one.
  std::vector<int64_t> codes_of(const Image& image, int64_t scale,
                                std::optional<uint64_t> seed) const;
  // What de-tokenizers draw from codes [B, N].
  torch::Tensor features_of(const torch::Tensor& codes_BN) const;

 private:
  std::unique_ptr<Detokenizer> open(const DetokenizerPlace& place) const;

  TarFiles files_;
  ops::Placement placement_;
  bool own_kernels_;
  LanguageModel llm_;
  TaTok tokenizer_;
  std::vector<DetokenizerPlace> places_;
  mutable std::vector<std::unique_ptr<Detokenizer>> opened_;  // as `places_`; null: not yet
};

}  // namespace unipic::tar
