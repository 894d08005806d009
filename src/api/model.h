#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/answer.h"
#include "api/settings.h"
#include "base/run_control.h"
#include "unipic/image.h"
#include "unipic/model_facts.h"
#include "unipic/options.h"

// What a family of models gives to `Pipeline`.

namespace unipic::api {

// Pictures on their way, of the family that began them.
class PictureRun {
 public:
  virtual ~PictureRun() = default;

  virtual int64_t step() const = 0;  // how many are done
  virtual int64_t num_steps() const = 0;
  virtual int64_t num_pictures() const = 0;
  virtual int64_t tokens_per_picture() const = 0;
  // The picture as far as it is; once all steps are done, as it is to be.
  virtual Image picture(int64_t index) const = 0;
  // Goes on with these pictures alone, in this order.
  virtual void keep(const std::vector<int64_t>& pictures) = 0;
};

// A loaded model. Options that it is given were checked by `check_options` and filled in by
// `filled_in`; those of pictures that are begun together differ in prompt and seed alone. Throws
// `UsageError` for what the family does not have.
class Model {
 public:
  virtual ~Model() = default;

  virtual const ModelFacts& facts() const = 0;
  // What users call its arithmetic: "bf16", "int8", ...
  virtual std::string dtype() const = 0;
  virtual int64_t num_tokens(const std::string& text) const = 0;

  // `options` with its defaults in place of what was left open. `source` is the picture to edit, if
  // there is one.
  virtual GenerateOptions filled_in(GenerateOptions options, const Image* source) const = 0;

  // By estimate, with the weights. Pictures are alike in all but prompt and seed.
  virtual int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                                bool is_edit) const = 0;
  virtual int64_t bytes_to_describe() const = 0;

  virtual std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                            const RunControl& control) const = 0;
  virtual std::unique_ptr<PictureRun> begin_edit(const Image& source,
                                                 std::span<const PictureSettings> pictures,
                                                 const RunControl& control) const = 0;
  virtual AnswerRun begin_answer(const Image& image, const std::string& question,
                                 const DescribeOptions& options,
                                 const RunControl& control) const = 0;
  // The next step of each of its runs, of which none is done.
  virtual void advance(std::span<PictureRun* const> runs) const = 0;
};

}  // namespace unipic::api
