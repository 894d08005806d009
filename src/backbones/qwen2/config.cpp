#include "backbones/qwen2/config.h"

#include "base/config_check.h"

namespace unipic::qwen2 {
namespace {

constexpr int64_t kMaxSize = int64_t{1} << 24;
constexpr int64_t kMaxLayers = 4096;

std::vector<int64_t> read_rope_sections(const Json& scaling, std::string_view where) {
  check(scaling.is_object() && scaling.contains("mrope_section") &&
            scaling["mrope_section"].is_array(),
        "{}: rope_scaling other than mrope_section is not supported", where);
  std::vector<int64_t> sections;
  for (const auto& section : scaling["mrope_section"]) {
    check(section.is_number_integer(),
          "{}: 'mrope_section' holds something other than whole numbers", where);
    sections.push_back(section.get<int64_t>());
  }
  return sections;
}

}  // namespace

void Config::validate(std::string_view where) const {
  const SizeCheck check_size(where);
  check_size(vocab_size, "vocab_size", kMaxSize);
  check_size(hidden_size, "hidden_size", kMaxSize);
  check_size(intermediate_size, "intermediate_size", kMaxSize);
  check_size(num_layers, "num_hidden_layers", kMaxLayers);
  check_size(num_heads, "num_attention_heads", hidden_size);
  check_size(num_kv_heads, "num_key_value_heads", num_heads);
  check(hidden_size % num_heads == 0 && head_dim() % 2 == 0,
        "{}: hidden_size {} does not give {} heads of even width", where, hidden_size, num_heads);
  check(num_heads % num_kv_heads == 0,
        "{}: {} attention heads are not a multiple of {} key-value heads", where, num_heads,
        num_kv_heads);
  int64_t num_angles = 0;
  for (const int64_t section : rope_sections) {
    check(section >= 1 && section <= head_dim(), "{}: 'mrope_section' holds {}", where, section);
    num_angles += section;
  }
  check(rope_sections.empty() || (rope_sections.size() == 3 && num_angles == head_dim() / 2),
        "{}: 'mrope_section' is not three numbers of {} angles together", where, head_dim() / 2);
  check(norm_eps > 0 && rope_base > 0, "{}: rms_norm_eps {} and rope_theta {} must be positive",
        where, norm_eps, rope_base);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.vocab_size = json_get<int64_t>(json, "vocab_size", where);
  config.hidden_size = json_get<int64_t>(json, "hidden_size", where);
  config.intermediate_size = json_get<int64_t>(json, "intermediate_size", where);
  config.num_layers = json_get<int64_t>(json, "num_hidden_layers", where);
  config.num_heads = json_get<int64_t>(json, "num_attention_heads", where);
  config.num_kv_heads = json_get_or<int64_t>(json, "num_key_value_heads", config.num_heads, where);
  config.norm_eps = json_get_or<double>(json, "rms_norm_eps", 1e-6, where);
  config.rope_base = json_get_or<double>(json, "rope_theta", 10000.0, where);
  config.tied_head = json_get_or<bool>(json, "tie_word_embeddings", false, where);
  if (json.contains("rope_scaling") && !json["rope_scaling"].is_null())
    config.rope_sections = read_rope_sections(json["rope_scaling"], where);
  check(!json_get_or<bool>(json, "use_sliding_window", false, where),
        "{}: sliding window attention is not supported", where);
  config.validate(where);
  return config;
}

Json config_to_json(const Config& config) {
  Json json = {{"architectures", {"Qwen2ForCausalLM"}},
               {"hidden_act", "silu"},
               {"hidden_size", config.hidden_size},
               {"intermediate_size", config.intermediate_size},
               {"model_type", "qwen2"},
               {"num_attention_heads", config.num_heads},
               {"num_hidden_layers", config.num_layers},
               {"num_key_value_heads", config.num_kv_heads},
               {"rms_norm_eps", config.norm_eps},
               {"rope_theta", config.rope_base},
               {"tie_word_embeddings", config.tied_head},
               {"use_sliding_window", false},
               {"vocab_size", config.vocab_size}};
  if (!config.rope_sections.empty())
    json["rope_scaling"] = {{"type", "mrope"}, {"mrope_section", config.rope_sections}};
  return json;
}

}  // namespace unipic::qwen2
