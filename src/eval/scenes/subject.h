#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/scenes/labels.h"
#include "unipic/image.h"

namespace unipic::eval {

// What is measured: something that draws, edits and answers. One call at a time.
class Subject {
 public:
  virtual ~Subject() = default;

  // Pixels a side of the pictures it draws and is shown.
  virtual int64_t size() = 0;
  // Picture i depends on the prompt and `seed` + i.
  virtual std::vector<Image> draw(const std::string& prompt, int64_t count, uint64_t seed) = 0;
  virtual Image edit(const Image& source, const std::string& instruction, uint64_t seed) = 0;
  virtual std::string answer(const Image& image, const std::string& question) = 0;
};

// The judge's eyes: all objects in a picture, best first, also unlikely ones.
using Look = std::function<std::vector<scenes::SeenObject>(const Image& image)>;

}  // namespace unipic::eval
