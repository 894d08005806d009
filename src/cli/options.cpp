#include "cli/options.h"

#include <random>

#include "base/assets.h"
#include "base/atomic_file.h"
#include "base/check.h"
#include "base/environment.h"

namespace unipic::cli {
namespace {

// In the spelling of stable-diffusion.cpp.
void add_part_flags(CLI::App& command, ModelParts& parts) {
  const auto add = [&](const char* flag, std::filesystem::path& path, const char* what) {
    command.add_option(flag, path, what);
  };
  add("--clip_l", parts.clip_l, "CLIP-L of UniPic2-SD3.5M-Kontext: a file or folder apart");
  add("--clip_g", parts.clip_g, "the same of CLIP-G");
  add("--t5xxl", parts.t5, "the same of T5; a model without it is told prompts by CLIP alone");
  add("--vae", parts.vae, "the same of the autoencoder");
  add("--tokenizers", parts.tokenizers,
      "folder with tokenizer/, tokenizer_2/ and tokenizer_3/, which a checkpoint file lacks");
}

// In the spelling of stable-diffusion.cpp.
void add_skip_layer_flags(CLI::App& command, SkippedLayers& skipped) {
  auto* layers = command
                     .add_option("--skip-layers", skipped.layers,
                                 "layers of UniPic 2's transformer that a third pass leaves out")
                     ->delimiter(',');
  command.add_option("--slg-scale", skipped.scale, "how far pictures are pushed away from that")
      ->needs(layers)
      ->capture_default_str();
  command.add_option("--skip-layer-start", skipped.start, "share of the steps before it begins")
      ->needs(layers)
      ->capture_default_str();
  command.add_option("--skip-layer-end", skipped.stop, "share of the steps when it ends")
      ->needs(layers)
      ->capture_default_str();
}

}  // namespace

void ModelFlags::add_to(CLI::App& command) {
  command.add_option("-m,--model", model,
                     "model folder in the published layout, or a model's name; without it, the "
                     "program's own, if one is installed");
  command.add_option("-t,--threads", threads, "threads to compute with; 0: one a core")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  command
      .add_option(
          "--dtype", dtype,
          "arithmetic: f32, bf16, or auto: f32 where the model is small and the processor has "
          "no bf16")
      ->check(CLI::IsMember({"auto", "f32", "bf16", "int8", "int4"}))
      ->capture_default_str();
  add_kernels_flag(command, kernels);
  command.add_option("--lmm", lmm,
                     "folder of Qwen2.5-VL for UniPic2-Metaquery [Qwen2.5-VL-7B-Instruct in the "
                     "model's folder or beside it]");
  add_part_flags(command, parts);
  command
      .add_option("--max-ram", max_gigabytes,
                  "gigabytes of memory to use at most: what by estimate takes more is refused; 0: "
                  "no limit")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command.add_option("--device", device, "cpu, cuda or cuda:N")->capture_default_str();
  command.add_flag("--json", json, "one JSON object per event on stdout");
  command.add_flag("-q,--quiet", quiet, "no progress");
}

std::filesystem::path ModelFlags::folder() const { return find_model(model); }

LoadOptions ModelFlags::load_options(Reporter& reporter) const {
  return {.dtype = dtype_of(dtype),
          .kernels = kernels_of(kernels),
          .device = device,
          .threads = threads,
          .lmm = lmm,
          .parts = parts,
          .max_ram = static_cast<int64_t>(max_gigabytes * 1e9),
          .on_warning = [&reporter](const std::string& line) { reporter.warning(line); }};
}

void DrawFlags::add_to(CLI::App& command) {
  common.add_to(command);
  command
      .add_option("-o,--output", out,
                  "picture to write: .png, .jpg or .webp; further ones get _2, _3, ...")
      ->capture_default_str();
  command.add_option("-n,--batch-count", options.count, "pictures, drawn together")
      ->capture_default_str();
  command.add_option("-W,--width", options.width, "pixels; 0: the model's default")
      ->capture_default_str();
  command.add_option("-H,--height", options.height, "pixels; 0: as the width")
      ->capture_default_str();
  command
      .add_option("--steps", options.steps, "iterations [the model's, fewer for small pictures]")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 30));
  command.add_option("--cfg-scale", options.guidance, "guidance [the model's]; 1: none");
  command
      .add_option("--cfg-schedule", schedule, "guidance over the iterations: constant or linear")
      ->check(CLI::IsMember({"constant", "linear"}))
      ->capture_default_str();
  command
      .add_option("--temperature", options.temperature,
                  "of the diffusion head's noise, or of the choice of a picture's tokens")
      ->capture_default_str();
  command
      .add_option("-s,--seed", seed,
                  "same seed, options and machine: same picture; negative: a random one")
      ->capture_default_str();
  command.add_option("--negative,--negative-prompt", options.negative,
                     "what the unconditional half is told [nothing; for edits by UniPic 2 a list "
                     "of flaws]");
  add_skip_layer_flags(command, options.skipped_layers);
  command
      .add_option("--max-prompt-tokens", options.max_prompt_tokens,
                  "that UniPic 2's T5 reads [256]")
      ->check(CLI::Range(1, 512));
  add_picture_token_flags(command, options.picture_tokens);
  command
      .add_option("--top-k", options.picture_tokens.top_k,
                  "of the likeliest tokens of a picture alone (Tar) [1200]; 0: all")
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--top-p", options.picture_tokens.top_p,
                  "of the likeliest with this share alone (Tar) [0.95]")
      ->check(CLI::Range(0.0, 1.0));
  command
      .add_option("--detokenizer", detokenizer,
                  "what makes pixels of Tar's tokens: ar, diffusion, or what there is for the size "
                  "(auto)")
      ->check(CLI::IsMember({"auto", "ar", "diffusion"}))
      ->capture_default_str();
  command.add_option("--preview", preview, "picture to rewrite while the first one forms");
  command.add_option("--preview-every", options.preview_every, "steps between previews [1]")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 30))
      ->needs("--preview");
}

void add_picture_token_flags(CLI::App& command, PictureTokenOptions& options) {
  command.add_option("--scale", options.scale, "0, 1 or 2: 729, 169 or 81 tokens a picture (Tar)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_flag("--sample-codes", options.samples_codes,
                   "the tokens of a given picture are drawn, as Tar's authors do it");
}

void DrawFlags::check(const std::string& prompt) const {
  check_options(prompt, options);
  check_image_extension(out);
  check_writable(out);
  if (preview.empty()) return;
  check_image_extension(preview);
  check_writable(preview);
}

GenerateOptions DrawFlags::generate_options() const {
  auto filled = options;
  filled.seed = seed >= 0 ? static_cast<uint64_t>(seed) : std::random_device()();
  filled.guidance_schedule =
      schedule == "linear" ? GuidanceSchedule::kLinear : GuidanceSchedule::kConstant;
  filled.picture_tokens.detokenizer = detokenizer == "ar"          ? Detokenizer::kAutoregressive
                                      : detokenizer == "diffusion" ? Detokenizer::kDiffusion
                                                                   : Detokenizer::kAuto;
  return filled;
}

void add_kernels_flag(CLI::App& command, std::string& kernels) {
  command
      .add_option(
          "--kernels", kernels,
          "what computes on a CPU: our own kernels where there are some (bf16), or LibTorch's "
          "alone (aten)")
      ->check(CLI::IsMember({"own", "aten"}))
      ->capture_default_str();
}

Kernels kernels_of(const std::string& name) {
  return name == "aten" ? Kernels::kAten : Kernels::kOwn;
}

DType dtype_of(const std::string& name) {
  if (name == "auto") return DType::kAuto;
  if (name == "int8") return DType::kInt8;
  if (name == "int4") return DType::kInt4;
  check_usage(name == "f32" || name == "bf16",
              "--dtype {} is not supported by this version; use f32, bf16, int8 or int4", name);
  return name == "f32" ? DType::kF32 : DType::kBF16;
}

std::filesystem::path find_model(const std::string& name) {
  if (name.empty()) {
    const auto shipped = asset_if_there("models/default/model_config.json");
    check_usage(shipped.has_value(), "no model: -m FOLDER is needed, none is installed");
    return shipped->parent_path();
  }
  if (std::filesystem::exists(name)) return name;
  const bool is_plain_name = std::filesystem::path(name).filename() == name;
  if (is_plain_name && std::filesystem::is_directory(models_folder() / name))
    return models_folder() / name;
  throw Error(fmt::format(
      "{}: no such model folder{}", name,
      is_plain_name ? fmt::format(", and no model of that name in {}", models_folder().string())
                    : ""));
}

}  // namespace unipic::cli
