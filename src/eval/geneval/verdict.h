#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/geneval/detection.h"
#include "eval/geneval/prompt.h"
#include "unipic/image.h"

namespace unipic::eval {

// Sees what is in a picture. Judges differ, so scores compare only between pictures that the same
// one saw. One thread at a time.
class Judge {
 public:
  virtual ~Judge() = default;

  // Every object it can name, whatever the score, in any order.
  virtual std::vector<Detection> detect(const Image& image) = 0;

  // The colour of each of `objects`, all of which are of the class.
  virtual std::vector<Color> name_colors(const Image& image, std::string_view class_name,
                                         std::span<const Detection> objects) = 0;
};

struct Verdict {
  bool correct = false;
  std::vector<std::string> reasons;  // why not, in the words of the official results
  Objects objects;                   // what was judged

  // One a line, as in the official results.
  std::string reason() const;
};

// `Judge::name_colors` for a picture at hand.
using NameColors =
    std::function<std::vector<Color>(std::string_view class_name, std::span<const Detection>)>;

// Whether a picture with these objects shows what the prompt asks for. Each clause takes the best
// objects of its class, which other clauses may take as well. Throws `Error` if `name_colors` names
// fewer or more colours than it was given objects.
Verdict judge_objects(Objects objects, const GenEvalPrompt& prompt, const NameColors& name_colors,
                      const GenEvalOptions& options);

// The same of a picture, through the eyes of a judge.
Verdict judge_image(const Image& image, const GenEvalPrompt& prompt, Judge& judge,
                    const GenEvalOptions& options = {});

}  // namespace unipic::eval
