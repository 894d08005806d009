#include "backbones/qwen2/generation_config.h"

#include "base/check.h"
#include "base/json.h"

namespace unipic::qwen2 {
namespace {

std::vector<int64_t> end_ids_of(const Json& json, std::string_view where) {
  std::vector<int64_t> ids;
  const auto ends = json.find("eos_token_id");
  if (ends == json.end() || ends->is_null()) return ids;
  for (const auto& end : ends->is_array() ? *ends : Json::array({*ends})) {
    check(end.is_number_integer(), "{}: 'eos_token_id' holds something other than whole numbers",
          where);
    ids.push_back(end.get<int64_t>());
  }
  return ids;
}

}  // namespace

GenerationConfig read_generation_config(const std::filesystem::path& folder) {
  const auto path = folder / "generation_config.json";
  if (!std::filesystem::exists(path)) return {};
  const auto json = read_json(path);
  const auto where = path.string();
  check(json.is_object(), "{}: is no JSON object", where);
  // What the transformers library has for members that are left out.
  constexpr int64_t kTopK = 50;
  GenerationConfig config = {
      .do_sample = json_get_or<bool>(json, "do_sample", false, where),
      .sampling = {.temperature = json_get_or<double>(json, "temperature", 1.0, where),
                   .top_k = json_get_or<int64_t>(json, "top_k", kTopK, where),
                   .top_p = json_get_or<double>(json, "top_p", 1.0, where)},
      .repetition_penalty = json_get_or<double>(json, "repetition_penalty", 1.0, where),
      .end_ids = end_ids_of(json, where)};
  check(config.repetition_penalty > 0, "{}: repetition_penalty {} must be positive", where,
        config.repetition_penalty);
  try {
    config.sampling.validate();
  } catch (const UsageError& error) {
    throw Error(fmt::format("{}: {}", where, error.what()));
  }
  return config;
}

}  // namespace unipic::qwen2
