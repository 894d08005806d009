#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "unipic/drawing.h"
#include "unipic/error.h"
#include "unipic/image.h"
#include "unipic/model_facts.h"
#include "unipic/options.h"

namespace unipic {

// A loaded model that draws, edits and, if it can, describes. One call at a time; different objects
// may be used from different threads.
class Pipeline {
 public:
  // Opens a checkpoint folder of any family in the published layout, or as `convert_checkpoint`
  // writes it. The weights are mapped, not read. Throws `Error` if the folder holds no complete
  // model.
  static Pipeline load(const std::filesystem::path& folder, const LoadOptions& options = {});

  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;
  ~Pipeline();

  // Draws `options.count` pictures of `prompt`. Throws `UsageError` for options the model cannot
  // serve, `Cancelled` when stopped.
  std::vector<Picture> generate(const std::string& prompt,
                                const GenerateOptions& options = {}) const;

  // Draws `options.count` changed versions of `source`, whose middle is cut to the aspect of the
  // result. Without a size, UniPic 2 keeps the aspect of the source. Throws as `generate`.
  std::vector<Picture> edit(const Image& source, const std::string& instruction,
                            const GenerateOptions& options = {}) const;

  // Answers `question` about `image`. Throws as `generate`.
  std::string describe(const Image& image, const std::string& question,
                       const DescribeOptions& options = {}) const;

  // The same step by step. Pictures that are begun together must be of the same size, steps,
  // guidance, schedule and temperature (`fit_together`).
  Drawing begin(const std::vector<DrawRequest>& requests) const;
  Drawing begin_edit(const Image& source, const std::string& instruction,
                     const GenerateOptions& options = {}) const;
  Answer begin_answer(const Image& image, const std::string& question,
                      const DescribeOptions& options = {}) const;
  // The next step of each, of which none is done: quicker than one after the other. With our own
  // kernels a picture is the same, to the bit, whatever is drawn beside it.
  void advance(std::span<Drawing* const> drawings) const;
  // Whether the requests may be begun together.
  bool fit_together(const DrawRequest& a, const DrawRequest& b) const;

  const ModelFacts& facts() const;
  // How many tokens a text is.
  int64_t num_tokens(const std::string& text) const;

  // Seconds in each stage of all runs so far: "llm", "mar_decoder", "vae_decode", ...
  const std::map<std::string, double>& stage_seconds() const;

 private:
  class Impl;
  explicit Pipeline(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// Throws the `UsageError` that `Pipeline::generate` would throw for any model.
void check_options(const std::string& prompt, const GenerateOptions& options);

}  // namespace unipic
