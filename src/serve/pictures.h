#pragma once

#include <cstdint>
#include <string>

#include "serve/history.h"
#include "serve/job.h"
#include "serve/limits.h"
#include "unipic/image_bytes.h"

// Pictures as requests hold and want them.

namespace unipic::serve {

// A picture that was made, and is kept.
struct KeptPicture {
  std::string id;
  uint64_t seed = 0;
  std::string png;  // with its settings
  Image image;
};

// How a request wants its pictures.
struct PictureFormat {
  std::string name = "png";  // "png", "jpeg" or "webp"
  int quality = 0;           // 1..100 of JPEG and WebP; 0: as `EncodeOptions` has it

  std::string mime_type() const { return "image/" + name; }
};

// The file of a picture. `png`, if not empty, is the PNG file of the same.
std::string encoded(const Image& image, const PictureFormat& format, const std::string& png = {});

// What the pictures of a job are in the model's tokens.
int64_t num_tokens_of(const Drawn& drawn);

// "data:image/png;base64,..."
std::string data_url(const std::string& file, const PictureFormat& format);

// The picture in a PNG, JPEG or WebP file that a request sent. `name` is its field in messages.
// Throws `ApiError` 400.
Image picture_in(std::string_view file, const std::string& name, const RequestLimits& limits);

// Keeps what a job has drawn, and an edit's source unless that is kept already as `source_id`.
std::vector<KeptPicture> keep(History& history, const Job& job, const Drawn& drawn,
                              std::string source_id);

}  // namespace unipic::serve
