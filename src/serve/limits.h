#pragma once

#include <cstddef>
#include <cstdint>

namespace unipic::serve {

// What one request may ask for.
struct RequestLimits {
  int64_t max_pictures = 10;
  int64_t max_pixels = 1024 * 1024;  // of a picture to draw
  int64_t max_steps = 1000;
  size_t max_prompt_bytes = 8192;
  size_t max_body_bytes = size_t{32} << 20;
  int64_t max_image_pixels = 50'000'000;  // of a picture that is sent
  int64_t max_answer_tokens = 4096;
};

}  // namespace unipic::serve
