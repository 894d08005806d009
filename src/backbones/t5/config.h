#pragma once

#include <cstdint>

#include "base/json.h"

namespace unipic::t5 {

// Sizes of a T5 v1.1 encoder; the defaults are XXL's.
struct Config {
  int64_t vocab_size = 32128;
  int64_t dim = 4096;
  int64_t num_layers = 24;
  int64_t num_heads = 64;
  int64_t head_dim = 64;
  int64_t hidden_dim = 10240;  // of the gated MLP
  int64_t num_buckets = 32;    // of relative positions
  int64_t max_distance = 128;
  double norm_eps = 1e-6;

  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a Hugging Face config.json. Members left out have the defaults of the transformers library.
// Throws `Error` for a T5 whose MLP is not the gated one of v1.1.
Config config_from_json(const Json& json, std::string_view where);

}  // namespace unipic::t5
