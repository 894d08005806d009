#pragma once

#include <span>
#include <string>
#include <vector>

#include "unipic/image.h"
#include "unipic/options.h"

namespace unipic::api {

// What a picture was made with, all defaults filled in.
struct PictureSettings {
  std::string task;  // "generate" or "edit"
  std::string model;
  std::string prompt;
  GenerateOptions options;
  uint64_t seed = 0;
  std::string dtype;
};

// Throws `UsageError` if these ask for what models have that see and draw pictures as tokens.
void check_no_picture_tokens(const PictureTokenOptions& options);

std::vector<uint64_t> seeds_of(std::span<const PictureSettings> pictures);

// The texts a PNG carries: `parameters` as A1111 writes them, and `unipic` with our JSON.
std::vector<ImageText> picture_texts(const PictureSettings& settings);

}  // namespace unipic::api
