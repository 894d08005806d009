// The JSON configs of a model folder: any text must give a valid config or an Error.

#include <cstdint>
#include <string_view>

#include "backbones/clip_text/config.h"
#include "backbones/scene_detector/config.h"
#include "backbones/sd3/config.h"
#include "backbones/t5/config.h"
#include "models/unipic1/config.h"

namespace {

// A config that was accepted must survive being written and read again.
void read_back(const unipic::unipic1::Config& config) {
  unipic::unipic1::Config again = config;
  apply_model_config(again, model_config_to_json(config), "again");
  if (again.mar != config.mar || again.vae.multipliers != config.vae.multipliers) __builtin_trap();
}

void read_back(const unipic::scene_detector::Config& config) {
  const auto json = unipic::scene_detector::config_to_json(config);
  if (unipic::scene_detector::config_from_json(json, "again") != config) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto json = unipic::parse_json(text, "input");
    if (json.contains("projection_dim")) {
      unipic::clip_text::config_from_json(json, "input");
    } else if (json.contains("d_model")) {
      unipic::t5::config_from_json(json, "input");
    } else if (json.contains("joint_attention_dim")) {
      unipic::sd3::config_from_json(json, "input");
    } else if (json.contains("block_out_channels")) {
      unipic::kl_vae::config_from_diffusers(json, "input");
    }
    if (json.contains("colours")) {
      read_back(unipic::scene_detector::config_from_json(json, "input"));
      return 0;
    }
    unipic::unipic1::Config config;
    if (json.contains("vision_config")) {
      config.vision = unipic::siglip::config_from_json(json, "input");
    } else if (json.contains("vocab_size")) {
      config.llm = unipic::qwen2::config_from_json(json, "input");
    } else {
      apply_model_config(config, json, "input");
    }
    config.validate("input");
    read_back(config);
  } catch (const unipic::Error&) {
  }
  return 0;
}
