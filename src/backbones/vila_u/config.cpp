#include "backbones/vila_u/config.h"

#include "base/config_check.h"

namespace unipic::vila_u {
namespace {

constexpr int64_t kMaxSize = int64_t{1} << 20;
constexpr int64_t kMaxDepth = 64;

// As `kl_vae::config_from_json` reads it.
Json decoder_json(const Json& published, std::string_view where) {
  check(published.contains("ddconfig") && published["ddconfig"].is_object(),
        "{}: 'ddconfig' is missing", where);
  const auto& decoder = published["ddconfig"];
  auto json = decoder;
  json["embed_dim"] = json_get<int64_t>(decoder, "z_channels", where);
  for (const char* side : {"encoder_attn_resolutions", "decoder_attn_resolutions"})
    json[side] = decoder.value("attn_resolutions", Json::array());
  check(json_get_or<int64_t>(decoder, "out_ch", 3, where) == 3,
        "{}: 'out_ch' is not 3, the colours of a picture", where);
  return json;
}

}  // namespace

void TokenizerConfig::validate(std::string_view where) const {
  vision.validate(where);
  decoder.validate(where);
  const SizeCheck check_size(where);
  check_size(num_codes, "n_embed", kMaxSize);
  check_size(depth, "code_shape", kMaxDepth);
  check(vision.num_layers >= 2, "{}: a SigLIP of {} layers; the last is left out", where,
        vision.num_layers);
}

TokenizerConfig tokenizer_from_json(const Json& json, const siglip::Config& vision,
                                    std::string_view where) {
  TokenizerConfig config = {.vision = vision};
  config.num_codes = json_get<int64_t>(json, "n_embed", where);
  check(json.contains("code_shape") && json["code_shape"].is_array() &&
            json["code_shape"].size() == 3 && json["code_shape"][2].is_number_integer(),
        "{}: 'code_shape' is not three numbers", where);
  config.depth = json["code_shape"][2].get<int64_t>();
  config.decoder = kl_vae::config_from_json(decoder_json(json, where), where);
  const auto code_dim = json_get<int64_t>(json, "embed_dim", where);
  check(code_dim == vision.hidden_size, "{}: 'embed_dim' is {}, SigLIP's hidden_size {}", where,
        code_dim, vision.hidden_size);
  check(json_get_or<bool>(json, "shared_codebook", true, where),
        "{}: a codebook of each level's own is not supported", where);
  check(!json.contains("decoder_latent_shape") || json["decoder_latent_shape"].is_null(),
        "{}: 'decoder_latent_shape' is not supported", where);
  config.validate(where);
  return config;
}

void DepthConfig::validate(std::string_view where) const {
  const SizeCheck check_size(where);
  check_size(hidden_dim, "width of in_mlp_2", kMaxSize);
  check_size(code_dim, "width of in_mlp_1", kMaxSize);
  check_size(dim, "embed_dim_out", kMaxSize);
  check_size(attention_dim, "embed_dim", kMaxSize);
  check_size(num_heads, "n_head", attention_dim);
  check_size(mlp_dim, "width of the MLP", kMaxSize);
  check_size(num_layers, "n_layer", 4096);
  check_size(num_codes, "vocab_size", kMaxSize);
  check_size(depth, "depth", kMaxDepth);
  check(attention_dim % num_heads == 0, "{}: embed_dim {} is not a multiple of {} heads", where,
        attention_dim, num_heads);
}

}  // namespace unipic::vila_u
