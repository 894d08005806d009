#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "unipic/image.h"
#include "unipic/options.h"

// Work that goes on step by step under the caller's hand: what a server needs to let requests share
// a model. `Pipeline` (unipic/pipeline.h) begins it and must outlive it.

namespace unipic {

// A finished picture and what `write_image` should keep beside it.
struct Picture {
  Image image;
  uint64_t seed = 0;
  std::vector<ImageText> texts;  // its settings: `parameters` and `unipic`
  int64_t num_steps = 0;
  int64_t num_tokens = 0;  // of the model's, that it was made of
  double guidance = 1;
  std::string negative;  // what the unconditional half was told
};

// What is drawn together with others: callbacks and previews of the options are not used.
struct DrawRequest {
  std::string prompt;
  GenerateOptions options;
};

// Pictures on their way, `Pipeline::advance` by `Pipeline::advance`.
class Drawing {
 public:
  Drawing(Drawing&&) noexcept;
  Drawing& operator=(Drawing&&) noexcept;
  ~Drawing();

  int64_t step() const;  // iterations that are done
  int64_t num_steps() const;
  bool is_done() const { return step() == num_steps(); }
  int64_t num_pictures() const;  // of all requests, one request after the other

  // The picture as far as it is.
  Image so_far(int64_t picture) const;
  // Once `is_done`: the pictures that were kept.
  std::vector<Picture> finish() const;

  // Goes on with these pictures alone, in this order; at least one.
  void keep(const std::vector<int64_t>& pictures);

  class Impl;

 private:
  friend class Pipeline;
  explicit Drawing(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// An answer on its way.
class Answer {
 public:
  Answer(Answer&&) noexcept;
  Answer& operator=(Answer&&) noexcept;
  ~Answer();

  // The text that the next token completes, perhaps none. `is_done` must be false.
  std::string advance();
  bool is_done() const;
  int64_t num_prompt_tokens() const;  // the picture's included
  int64_t num_tokens() const;         // of the answer
  // Whether the model ended the answer, rather than the limit of tokens.
  bool is_complete() const;

  class Impl;

 private:
  friend class Pipeline;
  explicit Answer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace unipic
