#include "train/tasks/create_unipic2.h"

#include <vector>

#include "backbones/kl_vae/diffusers_names.h"
#include "backbones/qwen25_vision/model.h"
#include "base/atomic_file.h"
#include "base/check.h"
#include "base/new_folder.h"
#include "convert/random_weights.h"
#include "convert/save_tensors.h"
#include "models/unipic1/checkpoint.h"
#include "models/unipic2/metaquery.h"
#include "models/unipic2/starting_weights.h"
#include "train/tasks/batches.h"
#include "train/tasks/module_parameters.h"

namespace unipic::train {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

constexpr const char* kWeights = "diffusion_pytorch_model.safetensors";

void write_part(const fs::path& folder, const Json& config, const convert::NamedTensors& tensors,
                const char* weights = kWeights) {
  fs::create_directories(folder);
  write_file_atomically(folder / "config.json", config.dump(2) + "\n");
  convert::save_tensors(folder / weights, tensors, {{"format", "pt"}});
}

// Mean and deviation of what the autoencoder makes of pictures.
struct LatentSize {
  double mean = 0, deviation = 1;
};
LatentSize measure_latents(const kl_vae::Autoencoder& vae, const CreateUniPic2Settings& settings,
                           const Sources& sources) {
  const auto source = source_named(sources, settings.source);
  std::vector<Tensor> latents;
  for (const auto& sample : samples_of(*source, 0, settings.samples)) {
    const auto pixels = square_pixels({&image_of_sample(sample)}, settings.size);
    latents.push_back(vae->encode(pixels));
  }
  const auto all = torch::cat(latents);
  return {all.mean().item<double>(), all.std().item<double>()};
}

// The attention of diffusers' middle has matrices where ours has pointwise convolutions.
Tensor as_diffusers(const std::string& name, const Tensor& weight) {
  const bool is_matrix = name.find("attentions.") != std::string::npos && weight.dim() == 4;
  return is_matrix ? weight.flatten(1) : weight;
}

void write_vae(const unipic1::UniPic1& donor, const CreateUniPic2Settings& settings,
               const Sources& sources, const fs::path& folder) {
  const auto vae = donor->vae();
  auto config = kl_vae::config_to_diffusers(vae->config(), settings.from);
  const auto size = measure_latents(vae, settings, sources);
  config["scaling_factor"] = 1.0 / size.deviation;
  config["shift_factor"] = size.mean;
  convert::NamedTensors tensors;
  for (const auto& [name, tensor] : named_tensors(*vae)) {
    const auto theirs = kl_vae::name_in_diffusers(name, vae->config());
    tensors[theirs] = as_diffusers(theirs, tensor);
  }
  write_part(folder, config, tensors);
}

Json vision_json(const qwen25_vision::Config& config) {
  return {{"depth", config.num_layers},
          {"fullatt_block_indexes", config.full_layers},
          {"hidden_size", config.hidden_size},
          {"intermediate_size", config.intermediate_size},
          {"num_heads", config.num_heads},
          {"out_hidden_size", config.out_size},
          {"patch_size", config.patch_size},
          {"spatial_merge_size", config.merge_size},
          {"temporal_patch_size", config.temporal_patch_size},
          {"window_size", config.window_size}};
}

// The donor's language model with a vision tower of random weights.
void write_llm(const unipic1::UniPic1& donor, const fs::path& donor_folder,
               const CreateUniPic2Settings& settings, const fs::path& folder) {
  constexpr std::string_view kPrefix = "llm.";
  const auto& llm = donor->config().llm;
  convert::NamedTensors tensors;
  for (const auto& [name, tensor] : named_tensors(*donor)) {
    if (name.starts_with(kPrefix)) tensors[name.substr(kPrefix.size())] = tensor;
  }
  auto vision = settings.vision;
  vision.out_size = llm.hidden_size;
  vision.full_layers = {vision.num_layers - 1};
  qwen25_vision::Tower tower(vision);
  convert::randomize(*tower, torch::kFloat, settings.seed);
  for (const auto& [name, tensor] : named_tensors(*tower)) tensors["visual." + name] = tensor;
  auto config = qwen2::config_to_json(llm);
  config["vision_config"] = vision_json(vision);
  write_part(folder, config, tensors, "model.safetensors");
  for (const auto& entry : fs::directory_iterator(donor_folder)) {
    const auto name = entry.path().filename();
    if (name == "config.json" || !(name.extension() == ".json" || name.extension() == ".txt"))
      continue;
    fs::copy(entry.path(), folder / name);
  }
}

unipic1::UniPic1 load_donor(const unipic1::Checkpoint& checkpoint) {
  unipic1::UniPic1 donor(checkpoint.config);
  unipic1::load_model(donor, checkpoint, torch::kFloat, torch::kCPU);
  return donor;
}

}  // namespace

void create_unipic2(const CreateUniPic2Settings& settings, const Sources& sources,
                    const fs::path& out) {
  const torch::NoGradGuard no_grad;
  const auto checkpoint = unipic1::open_checkpoint(settings.from);
  const auto donor = load_donor(checkpoint);

  auto transformer_config = settings.transformer;
  transformer_config.latent_channels = checkpoint.config.vae.latent_channels;
  transformer_config.validate("create_unipic2");
  auto conditioner_config = settings.conditioner;
  conditioner_config.llm_dim = checkpoint.config.llm.hidden_size;
  conditioner_config.context_dim = transformer_config.context_dim;
  conditioner_config.pooled_dim = transformer_config.pooled_dim;
  conditioner_config.validate("create_unipic2");

  sd3::Transformer transformer(transformer_config);
  unipic2::initialize(transformer, settings.seed, /*position_step=*/1.0);
  unipic2::Conditioner conditioner(conditioner_config);
  unipic2::initialize(conditioner, settings.seed, settings.query_deviation);

  fs::create_directories(out.parent_path());
  NewFolder folder(out);
  auto tensors = named_tensors(*transformer);
  for (const auto& buffer : transformer->named_buffers()) tensors[buffer.key()] = buffer.value();
  write_part(folder.path() / "transformer", unipic2::config_to_json(transformer_config), tensors);
  write_part(folder.path() / "conditioner", unipic2::config_to_json(conditioner_config),
             named_tensors(*conditioner));
  write_vae(donor, settings, sources, folder.path() / "vae");
  write_llm(donor, checkpoint.files.llm_folder, settings, folder.path() / unipic2::kLmmFolder);
  fs::create_directories(folder.path() / "scheduler");
  const Json scheduler = {{"_class_name", "FlowMatchEulerDiscreteScheduler"},
                          {"num_train_timesteps", 1000},
                          {"shift", settings.shift}};
  write_file_atomically(folder.path() / "scheduler" / "scheduler_config.json",
                        scheduler.dump(2) + "\n");
  folder.commit();
}

}  // namespace unipic::train
