#include "models/unipic1/config.h"

#include <charconv>
#include <cmath>

namespace unipic::unipic1 {
namespace {

int64_t hidden_of(int64_t dim, double ratio) {
  return static_cast<int64_t>(static_cast<double>(dim) * ratio);
}

// The published configs give the number of sampling steps as a string.
int64_t number_or_text(const Json& json, std::string_view key, std::string_view where) {
  if (!json.contains(key) || !json[key].is_string()) return json_get<int64_t>(json, key, where);
  const auto text = json[key].get<std::string>();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  check(error == std::errc{} && end == text.data() + text.size(),
        "{}: '{}' is '{}', not a whole number", where, key, text);
  return number;
}

void apply_mar(MarConfig& mar, const Json& json, std::string_view where) {
  const auto set = [&](std::string_view key, int64_t& value) {
    value = json_get_or<int64_t>(json, key, value, where);
  };
  set("img_size", mar.image_size);
  set("vae_stride", mar.stride);
  set("vae_embed_dim", mar.latent_channels);
  set("buffer_size", mar.buffer_size);
  set("encoder_embed_dim", mar.encoder_dim);
  set("encoder_depth", mar.encoder_depth);
  set("encoder_num_heads", mar.encoder_heads);
  set("decoder_embed_dim", mar.decoder_dim);
  set("decoder_depth", mar.decoder_depth);
  set("decoder_num_heads", mar.decoder_heads);
  set("diffloss_d", mar.head_depth);
  set("diffloss_w", mar.head_width);
  set("diffusion_batch_mul", mar.diffusion_batch_mul);
  if (json.contains("num_sampling_steps")) {
    mar.sampling_steps = number_or_text(json, "num_sampling_steps", where);
  }
  const auto patch_size = json_get_or<int64_t>(json, "patch_size", 1, where);
  check(patch_size == 1, "{}: 'patch_size' is {}; only 1 is supported", where, patch_size);
}

}  // namespace

int64_t MarConfig::encoder_hidden() const { return hidden_of(encoder_dim, mlp_ratio); }
int64_t MarConfig::decoder_hidden() const { return hidden_of(decoder_dim, mlp_ratio); }

void MarConfig::validate(std::string_view where) const {
  const auto check_size = [&](int64_t size, std::string_view name, int64_t low, int64_t high) {
    check(size >= low && size <= high, "{}: '{}' is {}, not within {}..{}", where, name, size, low,
          high);
  };
  check_size(stride, "vae_stride", 1, 1024);
  check_size(image_size, "img_size", stride, 65536);
  check_size(latent_channels, "vae_embed_dim", 1, 65536);
  check_size(buffer_size, "buffer_size", 1, 65536);
  check_size(encoder_dim, "encoder_embed_dim", 1, 1 << 20);
  check_size(decoder_dim, "decoder_embed_dim", 1, 1 << 20);
  check_size(encoder_depth, "encoder_depth", 1, 4096);
  check_size(decoder_depth, "decoder_depth", 1, 4096);
  check_size(encoder_heads, "encoder_num_heads", 1, encoder_dim);
  check_size(decoder_heads, "decoder_num_heads", 1, decoder_dim);
  check_size(head_depth, "diffloss_d", 1, 4096);
  check_size(head_width, "diffloss_w", 1, 1 << 20);
  check_size(sampling_steps, "num_sampling_steps", 2, 1000);
  check_size(diffusion_batch_mul, "diffusion_batch_mul", 1, 4096);
  check(image_size % stride == 0, "{}: img_size {} is not a multiple of vae_stride {}", where,
        image_size, stride);
  check(encoder_dim % encoder_heads == 0, "{}: encoder_embed_dim {} is not a multiple of {} heads",
        where, encoder_dim, encoder_heads);
  check(decoder_dim % decoder_heads == 0, "{}: decoder_embed_dim {} is not a multiple of {} heads",
        where, decoder_dim, decoder_heads);
  check(mlp_ratio > 0 && mlp_ratio <= 64, "{}: mlp_ratio {} is not within 0..64", where, mlp_ratio);
  check(norm_eps > 0, "{}: norm_eps {} must be positive", where, norm_eps);
}

void Config::validate(std::string_view where) const {
  llm.validate(where);
  if (has_vision) vision.validate(where);
  vae.validate(where);
  mar.validate(where);
  check(vae.latent_channels == mar.latent_channels, "{}: VAE of {} channels, MAR of {}", where,
        vae.latent_channels, mar.latent_channels);
  check(vae.stride() == mar.stride, "{}: VAE of stride {}, MAR of stride {}", where, vae.stride(),
        mar.stride);
  check(latent_scale > 0 && std::isfinite(latent_scale), "{}: vae_scale {} must be positive", where,
        latent_scale);
  check(default_size > 0 && default_size % mar.stride == 0,
        "{}: default_size {} is not a multiple of {}", where, default_size, mar.stride);
  check(instruction_template.find("{input}") != std::string::npos,
        "{}: the prompt template has no {{input}}", where);
  check(!image_token.empty() && !end_token.empty(), "{}: image and end token must not be empty",
        where);
}

void apply_model_config(Config& config, const Json& json, std::string_view where) {
  check(json.is_object(), "{}: is not a JSON object", where);
  if (json.contains("vae")) config.vae = kl_vae::config_from_json(json["vae"], where);
  if (json.contains("mar")) apply_mar(config.mar, json["mar"], where);
  config.latent_scale = json_get_or<double>(json, "vae_scale", config.latent_scale, where);
  config.mar.norm_eps = json_get_or<double>(json, "norm_eps", config.mar.norm_eps, where);
  config.mar.mlp_ratio = json_get_or<double>(json, "mlp_ratio", config.mar.mlp_ratio, where);
  config.image_token = json_get_or<std::string>(json, "image_token", config.image_token, where);
  config.default_size = json_get_or<int64_t>(json, "default_size", config.mar.image_size, where);
  if (json.contains("prompt_template")) {
    const auto& prompts = json["prompt_template"];
    config.instruction_template =
        json_get_or<std::string>(prompts, "INSTRUCTION", config.instruction_template, where);
    config.end_token = json_get_or<std::string>(prompts, "SUFFIX", config.end_token, where);
  }
}

Json model_config_to_json(const Config& config) {
  const auto& mar = config.mar;
  return {{"model", "unipic1"},
          {"default_size", config.default_size},
          {"vae", kl_vae::config_to_json(config.vae)},
          {"vae_scale", config.latent_scale},
          {"mar",
           {{"img_size", mar.image_size},
            {"vae_stride", mar.stride},
            {"patch_size", 1},
            {"vae_embed_dim", mar.latent_channels},
            {"buffer_size", mar.buffer_size},
            {"encoder_embed_dim", mar.encoder_dim},
            {"encoder_depth", mar.encoder_depth},
            {"encoder_num_heads", mar.encoder_heads},
            {"decoder_embed_dim", mar.decoder_dim},
            {"decoder_depth", mar.decoder_depth},
            {"decoder_num_heads", mar.decoder_heads},
            {"diffloss_d", mar.head_depth},
            {"diffloss_w", mar.head_width},
            {"num_sampling_steps", std::to_string(mar.sampling_steps)},
            {"diffusion_batch_mul", mar.diffusion_batch_mul}}},
          {"norm_eps", mar.norm_eps},
          {"mlp_ratio", mar.mlp_ratio},
          {"prompt_template",
           {{"INSTRUCTION", config.instruction_template}, {"SUFFIX", config.end_token}}},
          {"image_token", config.image_token}};
}

}  // namespace unipic::unipic1
