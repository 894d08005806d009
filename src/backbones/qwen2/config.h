#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace unipic::qwen2 {

// Sizes of a Qwen2 / Qwen2.5 language model; the defaults are Qwen2.5-1.5B-Instruct's.
struct Config {
  int64_t vocab_size = 151936;
  int64_t hidden_size = 1536;
  int64_t intermediate_size = 8960;
  int64_t num_layers = 28;
  int64_t num_heads = 12;
  int64_t num_kv_heads = 2;
  double norm_eps = 1e-6;
  double rope_base = 1e6;
  bool tied_head = true;  // the output head is the embedding table
  // How many angles turn with each axis of positions that have several (Qwen2.5-VL); empty: one.
  std::vector<int64_t> rope_sections = {};

  int64_t head_dim() const { return hidden_size / num_heads; }
  // Throws `Error` that names `where` if the sizes do not fit each other.
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a Hugging Face config.json. Throws `Error` on missing or wrong members and on features that
// this implementation lacks (RoPE scaling other than M-RoPE's sections, sliding windows).
Config config_from_json(const Json& json, std::string_view where);
// The config.json that `config_from_json` reads back as the same.
Json config_to_json(const Config& config);

}  // namespace unipic::qwen2
