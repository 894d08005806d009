#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "serve/engine.h"
#include "serve/fields.h"
#include "serve/limits.h"
#include "serve/pictures.h"

// `POST /v1/images/generations` and `/v1/images/edits`: from fields to work.

namespace unipic::serve {

struct ImagesRequest {
  Work work;
  std::string source_id;  // of a kept picture that is edited; empty: none
  PictureFormat format;
  bool wants_urls = false;
  bool streams = false;
  bool wants_progress = false;  // with `streams`
};

// What every request is measured against.
struct RequestRules {
  RequestLimits limits;
  std::span<const ModelName> models;        // the default's first
  std::map<std::string, ModelFacts> facts;  // of those that were loaded so far

  // Null for a model that was not loaded yet.
  const ModelFacts* facts_of(const std::string& model) const;
};

// Throws `ApiError`.
ImagesRequest generation_request(const Fields& fields, const RequestRules& rules);
// `source` is the picture to edit.
ImagesRequest edit_request(const Fields& fields, Image source, const RequestRules& rules);

// "seed", or a random one that is short enough to be typed.
uint64_t seed_of(const Fields& fields);

// Of these fields what says how a picture is drawn: "size", "seed", "num_inference_steps",
// "guidance_scale", "temperature" and "negative_prompt".
GenerateOptions draw_options(const Fields& fields, const std::string& model,
                             const RequestRules& rules);

// The model that a request names; where there is only one, that, whatever it names. Throws
// `ApiError` 404 if there is none of that name.
std::string model_named(const Fields& fields, std::span<const ModelName> models);

// Throws `ApiError` for a text that is empty or too long.
void check_prompt(const std::string& prompt, const std::string& name, const RequestLimits& limits);

}  // namespace unipic::serve
