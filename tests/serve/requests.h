#pragma once

#include <string>
#include <vector>

#include "serve/base64.h"
#include "serve/images_request.h"

namespace unipic::test {

inline const std::vector<serve::ModelName> kOneModel = {{"default", "models/default"}};
inline const std::vector<serve::ModelName> kTwoModels = {{"default", "models/default"},
                                                         {"large", "models/large"}};

inline serve::RequestRules rules(const std::vector<serve::ModelName>& models = kOneModel) {
  return {.limits = {},
          .models = models,
          .facts = {{"default",
                     {.default_size = 128,
                      .default_steps = 32,
                      .size_step = 16,
                      .max_side = 512,
                      .pixels_per_step = 256}}}};
}

// A grey picture, as a file.
inline std::string png_of(int64_t width, int64_t height) {
  return encode_image(
      {width, height, std::vector<uint8_t>(static_cast<size_t>(3 * width * height), 90)});
}

inline std::string data_url_of(int64_t width, int64_t height) {
  return "data:image/png;base64," + serve::to_base64(png_of(width, height));
}

}  // namespace unipic::test
