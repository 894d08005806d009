#pragma once

#include <string>
#include <variant>
#include <vector>

#include "unipic/error.h"
#include "unipic/image.h"

namespace unipic::data {

struct TextToImage {
  Image image;
  std::string caption;

  bool operator==(const TextToImage&) const = default;
};

struct Understanding {
  Image image;
  std::string question;
  std::string answer;

  bool operator==(const Understanding&) const = default;
};

struct Edit {
  std::vector<Image> sources;  // At least one.
  Image target;
  std::string instruction;

  bool operator==(const Edit&) const = default;
};

// One example to train on, with its images as they were stored and its texts as they were written:
// templates and tokens are the model's business.
using Sample = std::variant<TextToImage, Understanding, Edit>;

// One sample is of no use: damaged, missing, or too small. The message names the file and the line
// or key. The source is fine, and others of its samples may be.
class SampleError : public Error {
 public:
  using Error::Error;
};

}  // namespace unipic::data
